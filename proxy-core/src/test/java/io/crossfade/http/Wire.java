package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Feeds messages to the scanners and the framer in pieces, as a connection does, and says what was read. */
final class Wire {
    /** Without the leak detector, which would take most of the time of a run over many messages. */
    static final ByteBufAllocator PLAIN = new UnpooledByteBufAllocator(false, true);

    static final Peer PEER = peer("192.0.2.7", false);

    /**
     * What became of a message. A refused one says only why, an incomplete one nothing: how far they were read depends on
     * the pieces.
     *
     * @param fields all field lines in order, also those that will be left out
     * @param content the body without framing
     * @param passed the bytes of the body that go on, with what replaces the trailers
     * @param consumed length of the whole message
     */
    record Reading(
            String verdict,
            String startLine,
            String host,
            List<String> fields,
            String framing,
            String content,
            String passed,
            int consumed) {

        static Reading only(String verdict) {
            return new Reading(verdict, "", "", List.of(), "", "", "", 0);
        }

        boolean isAccepted() {
            return verdict.equals("accepted");
        }
    }

    final RequestHead request = new RequestHead();
    final ResponseHead response = new ResponseHead();
    final HttpLimits limits;
    private final RequestScanner requests;
    private final ResponseScanner responses;
    private final byte[] staleText;
    private final byte[] staleLineEnds;
    private byte[] stale;

    Wire(HttpLimits limits) {
        this.limits = limits;
        requests = new RequestScanner(limits);
        responses = new ResponseScanner(limits);
        requests.scan(Unpooled.EMPTY_BUFFER, request, RequestScanner.UnderscoreNames.DROP);
        responses.scan(Unpooled.EMPTY_BUFFER, response, false);
        int longest = Math.max(request.bytes().length, response.bytes().length);
        staleText = latin1("a".repeat(longest));
        staleLineEnds = latin1("\r\n".repeat(longest / 2 + 1));
        System.arraycopy(staleText, 0, request.bytes(), 0, request.bytes().length);
        System.arraycopy(staleText, 0, response.bytes(), 0, response.bytes().length);
        stale = staleText;
    }

    Wire() {
        this(HttpLimits.defaults());
    }

    static Peer peer(String address, boolean trusted) {
        return new Peer(Octets.ascii(address), Octets.ascii("https"), trusted);
    }

    /** Text blocks cannot hold what messages are about. \r, \n, \t, \0, \xNN, \s and \e stand for bytes, a space, none. */
    static String bytes(String escaped) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                out.append(c);
            } else if (escaped.charAt(++i) == 'x') {
                out.append((char) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.append(unescaped(escaped.charAt(i)));
            }
        }
        return out.toString();
    }

    private static String unescaped(char kind) {
        return switch (kind) {
            case 'r' -> "\r";
            case 'n' -> "\n";
            case 't' -> "\t";
            case '0' -> "\0";
            case 's' -> " ";
            case 'e' -> "";
            default -> String.valueOf(kind);
        };
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String latin1(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static String text(ByteBuf owned) {
        try {
            return owned.toString(StandardCharsets.ISO_8859_1);
        } finally {
            owned.release();
        }
    }

    int scan(String text) {
        return scan(text, RequestScanner.UnderscoreNames.DROP);
    }

    int scan(String text, RequestScanner.UnderscoreNames underscores) {
        return scan(Unpooled.wrappedBuffer(latin1(text)), underscores);
    }

    int scanResponse(String text, boolean answersHead) {
        return scanResponse(Unpooled.wrappedBuffer(latin1(text)), answersHead);
    }

    private int scan(ByteBuf piece, RequestScanner.UnderscoreNames underscores) {
        putStale(request.bytes(), piece);
        return requests.scan(piece, request, underscores);
    }

    private int scanResponse(ByteBuf piece, boolean answersHead) {
        putStale(response.bytes(), piece);
        return responses.scan(piece, response, answersHead);
    }

    /** Where the piece will stand and behind it; the rest of the array keeps what was put there before. */
    private void putStale(byte[] scanned, ByteBuf piece) {
        System.arraycopy(stale, 0, scanned, 0, Math.min(scanned.length, piece.readableBytes() + 256));
    }

    /**
     * Reads twice, each time with other bytes in the arrays of the scanners and the framer, which are reused: what a
     * message before has left there must not be seen.
     */
    private Reading twice(Supplier<Reading> read) {
        stale = staleText;
        Reading first = read.get();
        stale = staleLineEnds;
        Reading second = read.get();
        if (!first.equals(second)) {
            throw new AssertionError("stale bytes were read: " + first + "\n" + second);
        }
        return second;
    }

    /** The word of the refusal, "incomplete" or "accepted". */
    String verdict(String text) {
        int length = scan(text);
        return length == RequestScanner.REFUSED ? request.refusal().word() : length == 0 ? "incomplete" : "accepted";
    }

    String responseVerdict(String text) {
        int length = scanResponse(text, false);
        return length == RequestScanner.REFUSED ? response.refusal().word() : length == 0 ? "incomplete" : "accepted";
    }

    /** What goes upstream for this head; it must be accepted. */
    String forwarded(String text, Peer peer) {
        if (scan(text) <= 0) {
            throw new AssertionError("not accepted: " + verdict(text) + "\n" + text);
        }
        return text(RequestWriter.write(request, peer, PLAIN));
    }

    String forwarded(String text) {
        return forwarded(text, PEER);
    }

    /** What goes to the client for this head of an answer, which must be accepted; extra fields with CRLF, or "". */
    String answered(String text, boolean answersHead, boolean close, boolean decoded, String extraFields) {
        if (scanResponse(text, answersHead) <= 0) {
            throw new AssertionError("not accepted: " + responseVerdict(text) + "\n" + text);
        }
        byte[] extra = extraFields.isEmpty() ? null : latin1(extraFields);
        return text(ResponseWriter.write(response, close, decoded, extra, PLAIN));
    }

    /** Reads a request that arrives cut at these offsets, in rising order. */
    Reading request(byte[] message, int... cuts) {
        return twice(() -> readRequest(message, cuts));
    }

    private Reading readRequest(byte[] message, int[] cuts) {
        Arrived arrived = arrive(message, cuts, piece -> scan(piece, RequestScanner.UnderscoreNames.DROP));
        if (arrived.headLength == RequestScanner.REFUSED) {
            return Reading.only(request.refusal().word());
        }
        if (arrived.headLength == 0) {
            return Reading.only("incomplete");
        }
        byte[] bytes = request.bytes();
        Reading head = new Reading(
                "accepted",
                latin1(bytes, request.methodStart(), request.methodEnd()) + " "
                        + latin1(bytes, request.targetStart(), request.targetEnd()) + " " + request.version(),
                latin1(bytes, request.hostStart(), request.authorityEnd()),
                lines(request.fields(), bytes),
                request.framing() + " " + request.contentLength(),
                "",
                "",
                arrived.headLength);
        return body(head, message, arrived.piece, cuts, () -> framer(request.framing(), request.contentLength()));
    }

    /** Reads an answer that arrives cut at these offsets; an answer that lasts until close ends with the message. */
    Reading response(byte[] message, boolean answersHead, int... cuts) {
        return twice(() -> readResponse(message, answersHead, cuts));
    }

    private Reading readResponse(byte[] message, boolean answersHead, int[] cuts) {
        Arrived arrived = arrive(message, cuts, piece -> scanResponse(piece, answersHead));
        if (arrived.headLength == RequestScanner.REFUSED) {
            return Reading.only(response.refusal().word());
        }
        if (arrived.headLength == 0) {
            return Reading.only("incomplete");
        }
        Reading head = new Reading(
                "accepted",
                response.status() + " " + response.keepAlive() + " " + response.verbatim() + " "
                        + latin1(response.bytes(), response.reasonStart, response.reasonEnd),
                "",
                lines(response.fields(), response.bytes()),
                response.framing() + " " + response.contentLength(),
                "",
                "",
                arrived.headLength);
        return body(head, message, arrived.piece, cuts, () -> framer(response.framing(), response.contentLength()));
    }

    /** How long the head is, and with which piece of the message it is decided. */
    private record Arrived(int headLength, int piece) {}

    private static Arrived arrive(byte[] message, int[] cuts, ToIntFunction<ByteBuf> scan) {
        for (int piece = 0; ; piece++) {
            int have = piece < cuts.length ? cuts[piece] : message.length;
            int headLength = scan.applyAsInt(Unpooled.wrappedBuffer(message, 0, have));
            if (headLength != 0 || piece == cuts.length) {
                return new Arrived(headLength, piece);
            }
        }
    }

    private static List<String> lines(FieldLines fields, byte[] bytes) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            lines.add(latin1(bytes, fields.start(i), fields.nameEnd(i)) + ": "
                    + latin1(bytes, fields.valueStart(i), fields.valueEnd(i)));
        }
        return lines;
    }

    private BodyFramer framer(Enum<?> framing, long length) {
        BodyFramer framer = new BodyFramer(limits);
        switch (framing.name()) {
            case "NONE" -> framer.none();
            case "LENGTH" -> framer.length(length);
            case "CHUNKED" -> {
                framer.chunked();
                framer.scan(Unpooled.wrappedBuffer(latin1("0\r\na:"), stale));
                framer.chunked();
            }
            default -> framer.untilClose();
        }
        return framer;
    }

    /** The first piece of a body is what is left of the piece that completed the head. */
    private static Reading body(Reading head, byte[] message, int cut, int[] cuts, Supplier<BodyFramer> framer) {
        BodyFramer passing = framer.get();
        BodyFramer decoding = framer.get();
        StringBuilder passed = new StringBuilder();
        StringBuilder content = new StringBuilder();
        int at = head.consumed;
        for (int next = cut; next <= cuts.length && !passing.done(); next++) {
            int end = next < cuts.length ? Math.max(at, cuts[next]) : message.length;
            int passes = passing.scan(Unpooled.wrappedBuffer(message, at, end - at));
            ByteBuf decoded = decoding.decode(Unpooled.wrappedBuffer(message, at, end - at), PLAIN);
            if (passes == BodyFramer.REFUSED || decoded == null) {
                if (passes != BodyFramer.REFUSED || decoded != null || passing.refusal() != decoding.refusal()) {
                    throw new AssertionError("scan and decode disagree");
                }
                return Reading.only(passing.refusal().word());
            }
            passed.append(latin1(message, at, at + passes));
            content.append(text(decoded));
            at += passing.consumed();
            ByteBuf ending = passing.ending(PLAIN);
            if (ending != null) {
                passed.append(text(ending));
            }
        }
        if (!passing.done() && !passing.isUntilClose()) {
            return Reading.only("incomplete");
        }
        if (passing.contentBytes() != content.length() || decoding.done() != passing.done()) {
            throw new AssertionError("content is counted wrongly: " + passing.contentBytes());
        }
        return new Reading(
                head.verdict,
                head.startLine,
                head.host,
                head.fields,
                head.framing,
                content.toString(),
                passed.toString(),
                at);
    }
}
