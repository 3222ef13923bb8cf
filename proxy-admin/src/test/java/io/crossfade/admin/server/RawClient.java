package io.crossfade.admin.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sends exactly the bytes it is given; libraries would mend them. */
final class RawClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final BufferedReader in;

    RawClient(InetSocketAddress address) throws IOException {
        this(address, "127.0.0.1");
    }

    /** @param from the client's own address */
    RawClient(InetSocketAddress address, String from) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(address, 5_000);
        socket.setSoTimeout(30_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    record Response(int status, Map<String, String> fields, String body) {}

    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    String line() throws IOException {
        return in.readLine();
    }

    /** Whether something comes within so many milliseconds. */
    boolean hasAnswer(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            in.mark(1);
            in.read();
            in.reset();
            return true;
        } catch (SocketTimeoutException none) {
            return false;
        } finally {
            socket.setSoTimeout(30_000);
        }
    }

    Response response() throws IOException {
        String status = in.readLine();
        Map<String, String> fields = new TreeMap<>();
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        char[] body = new char[Integer.parseInt(fields.getOrDefault("content-length", "0"))];
        int read = 0;
        while (read < body.length) {
            int n = in.read(body, read, body.length - read);
            if (n < 0) {
                throw new IOException("the body ends after " + read + " of " + body.length);
            }
            read += n;
        }
        return new Response(Integer.parseInt(status.substring(9, 12)), fields, new String(body));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
