package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Limits.Answers;
import io.crossfade.config.Limits.Bodies;
import io.crossfade.config.Limits.Heads;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nobody behind us reads a message differently: what the scanners accept, a literal reader of the grammar and Netty's
 * decoder read alike, and what the writers send on is line for line what came, but for what the rules change.
 *
 * <p>Every failure names its seed; {@code -Dcrossfade.seed=...} runs it again.
 */
final class DifferentialTest {
    /** So tight that everyday messages touch them. */
    static final HttpLimits TIGHT =
            new HttpLimits(new Heads(48, 140, 6, 48, 20), new Bodies(0, 6, 8, 2, 32), new Answers(110, 0));

    private static final Peer TRUSTED = Wire.peer("192.0.2.7", true);
    private static final HttpDecoderConfig NETTY =
            new HttpDecoderConfig().setMaxInitialLineLength(1 << 16).setMaxHeaderSize(1 << 16);

    private final Wire wire = new Wire();

    @Test
    void scannerAndReferenceAgree() {
        compareRequests(HttpLimits.defaults(), Long.getLong("crossfade.seed", 20_260_101L), 120_000);
    }

    @Test
    void scannerAndReferenceAgreeOnWhatIsTooLarge() {
        compareRequests(TIGHT, Long.getLong("crossfade.seed", 20_260_103L), 120_000);
    }

    @Test
    void scannerAndReferenceAgreeOnAnswers() {
        compareAnswers(HttpLimits.defaults(), Long.getLong("crossfade.seed", 20_260_104L), 20_000);
    }

    @Test
    void scannerAndReferenceAgreeOnAnswersThatAreTooLarge() {
        compareAnswers(TIGHT, Long.getLong("crossfade.seed", 20_260_105L), 20_000);
    }

    @Test
    void scannerAndNettyAgree() {
        compareWithNetty(Long.getLong("crossfade.seed", 20_260_102L), 12_000);
    }

    @Test
    void scannerAndNettyAgreeOnAnswers() {
        compareAnswersWithNetty(Long.getLong("crossfade.seed", 20_260_106L), 12_000);
    }

    @Test
    @Tag("slow")
    void scannerReferenceAndNettyAgreeForLong() {
        long seed = Long.getLong("crossfade.seed", System.nanoTime());
        System.out.println("seed " + seed);
        compareRequests(HttpLimits.defaults(), seed, 1_200_000);
        compareRequests(TIGHT, seed, 300_000);
        compareAnswers(HttpLimits.defaults(), seed, 300_000);
        compareAnswers(TIGHT, seed, 100_000);
        compareWithNetty(seed, 100_000);
        compareAnswersWithNetty(seed, 100_000);
    }

    private static void compareRequests(HttpLimits limits, long seed, int messages) {
        Wire wire = new Wire(limits);
        compare(Corpus.REQUESTS, seed, messages, (text, cut, everywhere) -> {
            if (everywhere) {
                SplitTest.assertReadAlike(text, cuts -> wire.request(Wire.latin1(text), cuts));
            }
            return acceptedAlike(wire, text, cut);
        });
    }

    private static void compareAnswers(HttpLimits limits, long seed, int messages) {
        Wire wire = new Wire(limits);
        for (boolean answersHead : new boolean[] {false, true}) {
            compare(Corpus.manyResponses(), seed, messages, (text, cut, everywhere) -> {
                if (everywhere) {
                    SplitTest.assertReadAlike(text, cuts -> wire.response(Wire.latin1(text), answersHead, cuts));
                }
                return answeredAlike(wire, text, answersHead, cut);
            });
        }
    }

    /** Says whether all have accepted a message; some are to be cut everywhere. */
    private interface Comparison {
        boolean accepted(String text, int cut, boolean everywhere);
    }

    private static void compare(List<String> corpus, long seed, int messages, Comparison comparison) {
        Mutator mutator = new Mutator(seed, corpus);
        Random cuts = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < messages; i++) {
            String text = mutator.next();
            try {
                accepted += comparison.accepted(text, cuts.nextInt(text.length() + 1), i % 50 == 0) ? 1 : 0;
            } catch (AssertionError | RuntimeException difference) {
                throw new AssertionError("seed " + seed + ", message " + i, difference);
            }
        }
        assertThat(accepted).as("of %d messages, seed %d", messages, seed).isBetween(messages / 10, messages * 9 / 10);
    }

    /**
     * Reads a request whole, cut in two, and by the reference, and what is sent upstream by the reference once more.
     *
     * @return whether all accepted it
     */
    static boolean acceptedAlike(Wire wire, String text, int cut) {
        byte[] message = Wire.latin1(text);
        Wire.Reading ours = wire.request(message);
        Wire.Reading inPieces = wire.request(message, cut);
        if (!inPieces.equals(ours)) {
            throw different(text, ours, inPieces);
        }
        Optional<ReferenceReader.Request> theirs =
                ReferenceReader.read(text).filter(read -> read.isWithin(wire.limits));
        if (ours.isAccepted() != theirs.isPresent()) {
            throw different(text, ours, theirs);
        }
        theirs.ifPresent(read -> {
            if (!same(ours, read)) {
                throw different(text, ours, read);
            }
            checkForwarded(wire, text, read, Wire.PEER, ours.passed());
            checkForwarded(wire, text, read, TRUSTED, ours.passed());
        });
        return ours.isAccepted();
    }

    /** The same for an answer and what is sent to the client. */
    static boolean answeredAlike(Wire wire, String text, boolean answersHead, int cut) {
        byte[] message = Wire.latin1(text);
        Wire.Reading ours = wire.response(message, answersHead);
        Wire.Reading inPieces = wire.response(message, answersHead, cut);
        if (!inPieces.equals(ours)) {
            throw different(text, ours, inPieces);
        }
        Optional<ReferenceReader.Response> theirs =
                ReferenceReader.readResponse(text, answersHead).filter(read -> read.isWithin(wire.limits));
        if (ours.isAccepted() != theirs.isPresent()) {
            throw different(text, ours, theirs);
        }
        theirs.ifPresent(read -> {
            if (!same(ours, read)) {
                throw different(text, ours, read);
            }
            checkAnswered(wire, text, answersHead, read, ours.passed());
        });
        return ours.isAccepted();
    }

    private static AssertionError different(String text, Object ours, Object theirs) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\0", "\\0");
        return new AssertionError(escaped + "\n" + ours + "\n" + theirs);
    }

    private static boolean same(Wire.Reading ours, ReferenceReader.Request theirs) {
        return ours.startLine().equals(theirs.method() + " " + theirs.target() + " " + theirs.version())
                && ours.host().equals(theirs.authority())
                && same(ours, theirs.head(), theirs.framing(), theirs.body());
    }

    /** A head goes on verbatim exactly when the writer has nothing to change. */
    private static boolean same(Wire.Reading ours, ReferenceReader.Response theirs) {
        boolean verbatim =
                ReferenceWriter.response(theirs, false).equals(theirs.head().lines());
        return ours.startLine()
                        .equals(theirs.status() + " " + theirs.keepAlive() + " " + verbatim + " " + theirs.reason())
                && same(ours, theirs.head(), theirs.framing(), theirs.body());
    }

    private static boolean same(
            Wire.Reading ours, ReferenceReader.Head head, String framing, ReferenceReader.Body body) {
        return ours.fields().equals(head.fields())
                && ours.framing().equals(framing)
                && ours.content().equals(body.content())
                && ours.consumed() == body.end();
    }

    /** What goes upstream must be one message to its last byte: what came, in its order, and what the rules say. */
    private static void checkForwarded(Wire wire, String text, ReferenceReader.Request came, Peer peer, String body) {
        String sent = wire.forwarded(text, peer) + body;
        ReferenceReader.Request arrived = ReferenceReader.read(sent).orElseThrow(() -> different(text, came, sent));
        List<String> lines = arrived.head().lines();
        boolean same = lines.get(0).equals(came.method() + " " + came.target() + " HTTP/1.1")
                && arrived.head().fields().get(0).equalsIgnoreCase("Host: " + came.authority())
                && arrived.authority().equals(came.authority())
                && lines.subList(2, lines.size()).equals(ReferenceWriter.request(came, peer.trusted()))
                && body.equals(ReferenceWriter.body(text, came.body()))
                && arrived.body().content().equals(came.body().content())
                && arrived.body().end() == sent.length();
        if (!same) {
            throw different(text, came, sent);
        }
    }

    /** The same for what goes to the client: as it came, and decoded for a client of HTTP/1.0 whose connection ends. */
    private static void checkAnswered(
            Wire wire, String text, boolean answersHead, ReferenceReader.Response came, String body) {
        String sent = wire.answered(text, answersHead, false, false, "") + body;
        ReferenceReader.Response arrived =
                ReferenceReader.readResponse(sent, answersHead).orElseThrow(() -> different(text, came, sent));
        boolean same = arrived.head().lines().equals(ReferenceWriter.response(came, false))
                && body.equals(ReferenceWriter.body(text, came.body()))
                && arrived.framing().equals(came.framing())
                && arrived.body().content().equals(came.body().content())
                && arrived.body().end() == sent.length();
        List<String> decoded = ReferenceWriter.response(came, true);
        decoded.addAll(List.of("Set-Cookie: unit=1", "Connection: close", "", ""));
        if (!same
                || !wire.answered(text, answersHead, true, true, "Set-Cookie: unit=1\r\n")
                        .equals(String.join("\r\n", decoded))) {
            throw different(text, came, sent);
        }
    }

    private void compareWithNetty(long seed, int messages) {
        Mutator mutator = new Mutator(seed, Corpus.REQUESTS);
        int accepted = 0;
        for (int i = 0; i < messages; i++) {
            String text = mutator.next();
            Wire.Reading ours = text.isEmpty() ? Wire.Reading.only("incomplete") : wire.request(Wire.latin1(text));
            if (ours.isAccepted()) {
                accepted++;
                String rawTarget = text.trim().split(" ", 3)[1];
                String expected =
                        ours.startLine().split(" ", 2)[0] + " " + rawTarget + " " + ours.fields() + ours.content();
                String theirs = readByNetty(new HttpRequestDecoder(NETTY), text.substring(0, ours.consumed()), false);
                if (!theirs.equals(expected) && !refusesExtension(theirs)) {
                    throw new AssertionError("seed " + seed + ", message " + i, different(text, expected, theirs));
                }
            }
        }
        assertThat(accepted).as("of %d messages, seed %d", messages, seed).isGreaterThan(messages / 10);
    }

    private void compareAnswersWithNetty(long seed, int messages) {
        Mutator mutator = new Mutator(seed, Corpus.manyResponses());
        int accepted = 0;
        for (int i = 0; i < messages; i++) {
            String text = mutator.next();
            boolean answersHead = i % 2 == 1;
            Wire.Reading ours = wire.response(Wire.latin1(text), answersHead);
            if (ours.isAccepted()) {
                accepted++;
                String reason = ours.startLine().split(" ", 4)[3].strip();
                List<String> fields = new ArrayList<>(ours.fields());
                if (ours.framing().startsWith("NONE")) {
                    // Netty takes it away where nothing is encoded.
                    fields.removeIf(field -> field.toLowerCase(Locale.ROOT).startsWith("transfer-encoding:"));
                }
                String expected = ours.startLine().split(" ", 2)[0] + " " + reason + " " + fields + ours.content();
                boolean closes = ours.framing().startsWith("UNTIL_CLOSE");
                String theirs = readByNetty(
                        new HttpResponseDecoder(NETTY) {
                            @Override
                            protected boolean isContentAlwaysEmpty(HttpMessage head) {
                                return answersHead || super.isContentAlwaysEmpty(head);
                            }
                        },
                        text.substring(0, ours.consumed()),
                        closes);
                if (!theirs.equals(expected) && !refusesExtension(theirs)) {
                    throw new AssertionError("seed " + seed + ", message " + i, different(text, expected, theirs));
                }
            }
        }
        assertThat(accepted).as("of %d messages, seed %d", messages, seed).isGreaterThan(messages / 10);
    }

    /** Netty wants tokens in a chunk extension (8-bit characters end in an index error); we only refuse control characters. */
    private static boolean refusesExtension(String read) {
        return read.contains("body: failure(io.netty.handler.codec.http.InvalidChunkExtensionException")
                || read.contains("body: failure(java.lang.IndexOutOfBoundsException: bitIndex < 0");
    }

    private static String readByNetty(HttpObjectDecoder decoder, String text, boolean closes) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.wrappedBuffer(Wire.latin1(text)));
        if (closes) {
            channel.finish();
        }
        StringBuilder read = new StringBuilder();
        List<String> problems = new ArrayList<>();
        boolean last = false;
        for (Object message; (message = channel.readInbound()) != null; ) {
            if (message instanceof HttpMessage head) {
                read.append(startLine(head)).append(' ');
                read.append(head.headers().entries().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.toList()));
                if (head.decoderResult().isFailure()) {
                    problems.add("head: " + head.decoderResult());
                }
            }
            if (message instanceof HttpContent content) {
                read.append(content.content().toString(StandardCharsets.ISO_8859_1));
                if (content.decoderResult().isFailure()) {
                    problems.add("body: " + content.decoderResult());
                }
            }
            last |= message instanceof LastHttpContent;
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return problems.isEmpty() && last ? read.toString() : read + " " + problems + " last=" + last;
    }

    private static String startLine(HttpMessage head) {
        if (head instanceof HttpRequest request) {
            return request.method().name() + " " + request.uri();
        }
        HttpResponse response = (HttpResponse) head;
        return response.status().code() + " " + response.status().reasonPhrase();
    }
}
