package io.crossfade.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What must be sent on of a message, from what {@link ReferenceReader} read: every line as it came and in its order but for
 * those that the rules take away, then ours. No code of the writers and the framer.
 */
final class ReferenceWriter {
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "te", "upgrade", "http2-settings");

    /** What frames, routes, authenticates or describes a message: no sender can have it removed, or say it in a trailer. */
    private static final Set<String> PROTECTED = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "trailer",
            "expect",
            "max-forwards",
            "via",
            "cookie",
            "set-cookie",
            "authorization",
            "proxy-authorization",
            "www-authenticate",
            "proxy-authenticate",
            "content-type",
            "content-encoding",
            "content-range",
            "cache-control",
            "range",
            "origin",
            "location",
            "age",
            "date",
            "expires",
            "vary");

    /**
     * The field lines of a request behind Host, for the peer {@code 192.0.2.7} that came by https.
     *
     * @param trusted whether the peer may say where a request came from
     */
    static List<String> request(ReferenceReader.Request read, boolean trusted) {
        ReferenceReader.Head head = read.head();
        List<String> lines = new ArrayList<>(kept(
                head,
                name -> name.contains("_")
                        || name.equals("host")
                        || name.equals("x-forwarded-for")
                        || (name.equals("expect") && read.version() == 10)
                        || (isForwarding(name) && !trusted)));
        AtomicBoolean expected = new AtomicBoolean();
        lines.removeIf(line -> lower(line).startsWith("expect:") && expected.getAndSet(true));
        if (head.listed("connection").contains("te") && head.listed("te").contains("trailers")) {
            lines.add("TE: trailers");
        }
        Stream<String> received =
                trusted ? head.all("x-forwarded-for").stream().filter(value -> !value.isEmpty()) : Stream.of();
        lines.add("X-Forwarded-For: "
                + String.join(
                        ", ", Stream.concat(received, Stream.of("192.0.2.7")).toList()));
        if (!trusted || head.all("x-forwarded-proto").isEmpty()) {
            lines.add("X-Forwarded-Proto: https");
        }
        if (!trusted || head.all("x-forwarded-host").isEmpty()) {
            lines.add("X-Forwarded-Host: " + read.authority());
        }
        lines.add(read.version() == 11 ? "Via: 1.1 crossfade" : "Via: 1.0 crossfade");
        return lines;
    }

    /**
     * All lines of an answer's head.
     *
     * @param decoded whether the body goes out without chunks
     */
    static List<String> response(ReferenceReader.Response read, boolean decoded) {
        boolean neverContent = read.status() < 200 || read.status() == 204;
        List<String> lines = new ArrayList<>();
        lines.add("HTTP/1.1 " + read.status() + " " + read.reason());
        lines.addAll(kept(
                read.head(),
                name -> (neverContent && name.equals("content-length"))
                        || (decoded && (name.equals("transfer-encoding") || name.equals("trailer")))));
        return lines;
    }

    /** The body as it came, without the trailers that may not pass. */
    static String body(String text, ReferenceReader.Body read) {
        if (read.chunkLines().isEmpty()) {
            return read.content();
        }
        StringBuilder sent = new StringBuilder(text.substring(read.start(), read.trailersStart()));
        for (String line : read.trailers()) {
            String name = lower(line.substring(0, line.indexOf(':')));
            if (!HOP_BY_HOP.contains(name) && !PROTECTED.contains(name) && !isForwarding(name) && !name.contains("_")) {
                sent.append(line).append("\r\n");
            }
        }
        return sent.append("\r\n").toString();
    }

    private static List<String> kept(ReferenceReader.Head head, Predicate<String> leftOut) {
        Set<String> listed = Set.copyOf(head.listed("connection"));
        return IntStream.range(0, head.names().size())
                .filter(i -> {
                    String name = lower(head.names().get(i));
                    boolean removed = listed.contains(name) && !PROTECTED.contains(name) && !isForwarding(name);
                    return !HOP_BY_HOP.contains(name) && !removed && !leftOut.test(name);
                })
                .mapToObj(head.fieldLines()::get)
                .toList();
    }

    private static boolean isForwarding(String name) {
        return name.equals("forwarded")
                || name.equals("x-real-ip")
                || name.startsWith("x-forwarded-")
                || name.startsWith("x-proxy-")
                || name.startsWith("x-crossfade-");
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private ReferenceWriter() {}
}
