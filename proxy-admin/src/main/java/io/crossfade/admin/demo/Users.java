package io.crossfade.admin.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Steady users of the shop: keep-alive connections, each of which sends at its own fixed instants whether the last answer was
 * quick or slow (an open loop), for a user drawn anew each time.
 */
final class Users implements AutoCloseable {
    static final int COUNT = 5_000;
    private static final int CONNECTIONS = 40;
    private static final int PER_SECOND = 3_000;

    /** Half of the users wait in vain: fewer requests, and so many connections that the others still come at their instants. */
    private static final int IMPATIENT_CONNECTIONS = 900;

    private static final int IMPATIENT_PER_SECOND = 600;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TIMEOUT_MILLIS = 5_000;

    /** So long a user of the story in which nothing is answered waits. */
    static final int PATIENCE_SECONDS = 2;

    private static final int MAX_ANSWER = 16 << 10;

    private final InetSocketAddress edge;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong hitByBug = new AtomicLong();
    private final AtomicLong otherErrors = new AtomicLong();
    private final Set<Integer> usersHit = ConcurrentHashMap.newKeySet();
    private volatile String lastOtherError = "";
    private volatile boolean stopped;

    /** Whether a user who gives up was hit by the bug; else it is an error like any other. */
    private final boolean impatient;

    /** From one request of a connection to its next. */
    private final long intervalNanos;

    Users(InetSocketAddress edge, long seed) {
        this(edge, seed, false);
    }

    Users(InetSocketAddress edge, long seed, boolean impatient) {
        this.edge = edge;
        this.impatient = impatient;
        int connections = impatient ? IMPATIENT_CONNECTIONS : CONNECTIONS;
        this.intervalNanos = 1_000_000_000L * connections / perSecond();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < connections; i++) {
            SplittableRandom own = random.split();
            long offset = intervalNanos * i / connections;
            Thread thread = new Thread(() -> use(own, System.nanoTime() + offset), "demo-users-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    int perSecond() {
        return impatient ? IMPATIENT_PER_SECOND : PER_SECOND;
    }

    long answered() {
        return answered.get();
    }

    /** Answers that carried the injected bug. */
    long hitByBug() {
        return hitByBug.get();
    }

    /** Distinct users who got one. */
    int usersHit() {
        return usersHit.size();
    }

    /** Every other answer that was not a 200, and every broken connection. */
    long otherErrors() {
        return otherErrors.get();
    }

    String lastOtherError() {
        return lastOtherError;
    }

    private void use(SplittableRandom random, long firstDue) {
        long due = firstDue;
        byte[] answer = new byte[MAX_ANSWER];
        while (!stopped) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(impatient ? PATIENCE_SECONDS * 1_000 : TIMEOUT_MILLIS);
                socket.connect(edge, TIMEOUT_MILLIS);
                while (!stopped) {
                    due = awaitNext(due);
                    int user = random.nextInt(COUNT);
                    socket.getOutputStream().write(request(user));
                    String text = answer(socket, user, answer);
                    if (text.isEmpty()) {
                        break;
                    }
                    count(user, text);
                    if (text.contains("connection: close")) {
                        break;
                    }
                }
            } catch (IOException e) {
                if (!stopped) {
                    otherError(e.toString());
                    LockSupport.parkNanos(intervalNanos);
                }
            }
        }
    }

    /** The next due instant; a connection that is more than a second late gives up what it missed. */
    private long awaitNext(long due) {
        long now = System.nanoTime();
        while (due - now > 0) {
            LockSupport.parkNanos(due - now);
            now = System.nanoTime();
        }
        return (now - due > GIVE_UP_NANOS ? now : due) + intervalNanos;
    }

    private static byte[] request(int user) {
        return ("GET /orders/" + user + " HTTP/1.1\r\nHost: shop.example\r\nX-User-Id: user-" + user + "\r\n\r\n")
                .getBytes(US_ASCII);
    }

    /** Empty when the user gave up. */
    private String answer(Socket socket, int user, byte[] into) throws IOException {
        try {
            return answer(socket.getInputStream(), into);
        } catch (SocketTimeoutException e) {
            if (!impatient) {
                throw e;
            }
            hitByBug.incrementAndGet();
            usersHit.add(user);
            return "";
        }
    }

    /** One whole answer; the body's length is in its head. */
    private static String answer(InputStream in, byte[] into) throws IOException {
        int length = Heads.read(in, into);
        if (length < 0) {
            throw new IOException("the proxy closed the connection instead of answering");
        }
        int end = Heads.end(into, 0, length);
        String head = new String(into, 0, end, ISO_8859_1).toLowerCase(Locale.ROOT);
        int missing = end + contentLength(head) - length;
        if (missing > 0 && in.readNBytes(into, length, missing) < missing) {
            throw new IOException("the answer ends before its body does");
        }
        return head;
    }

    private static int contentLength(String head) throws IOException {
        int field = head.indexOf("\r\ncontent-length:");
        if (field < 0) {
            throw new IOException("an answer without Content-Length: "
                    + head.lines().findFirst().orElse(""));
        }
        int from = head.indexOf(':', field) + 1;
        return Integer.parseInt(head.substring(from, head.indexOf('\r', from)).strip());
    }

    private void count(int user, String head) {
        answered.incrementAndGet();
        if (head.startsWith("http/1.1 200")) {
            return;
        }
        if (head.contains("\r\n" + Service.BUG.toLowerCase(Locale.ROOT) + ':')) {
            hitByBug.incrementAndGet();
            usersHit.add(user);
        } else {
            otherError(head.lines().findFirst().orElse(""));
        }
    }

    private void otherError(String what) {
        otherErrors.incrementAndGet();
        lastOtherError = what;
    }

    /** Returns when every connection has ended. */
    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join(TIMEOUT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
