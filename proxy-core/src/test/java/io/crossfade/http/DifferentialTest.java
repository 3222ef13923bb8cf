package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nobody behind us reads a message differently: what the scanner accepts, a literal reader of the grammar and Netty's
 * decoder read alike, and so they do with what the writer sends upstream.
 *
 * <p>Every failure names its seed; {@code -Dcrossfade.seed=...} runs it again.
 */
final class DifferentialTest {
    private static final Set<String> NEVER_FORWARDED = Set.of(
            "connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings", "forwarded", "x-real-ip");

    /** So tight that everyday messages touch them. */
    static final HttpLimits TIGHT = new HttpLimits(48, 140, 6, 48, 20, 6, 8, 2, 32, 110);

    private final Wire wire = new Wire();

    @Test
    void scannerAndReferenceAgree() {
        compareWithReference(HttpLimits.defaults(), Long.getLong("crossfade.seed", 20_260_101L), 120_000);
    }

    @Test
    void scannerAndReferenceAgreeOnWhatIsTooLarge() {
        compareWithReference(TIGHT, Long.getLong("crossfade.seed", 20_260_103L), 120_000);
    }

    @Test
    void scannerAndNettyAgree() {
        compareWithNetty(Long.getLong("crossfade.seed", 20_260_102L), 12_000);
    }

    @Test
    @Tag("slow")
    void scannerReferenceAndNettyAgreeForLong() {
        long seed = Long.getLong("crossfade.seed", System.nanoTime());
        System.out.println("seed " + seed);
        compareWithReference(HttpLimits.defaults(), seed, 1_200_000);
        compareWithReference(TIGHT, seed, 300_000);
        compareWithNetty(seed, 100_000);
    }

    private static void compareWithReference(HttpLimits limits, long seed, int messages) {
        Wire wire = new Wire(limits);
        Mutator mutator = new Mutator(seed, Corpus.REQUESTS);
        Random cuts = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < messages; i++) {
            String text = mutator.next();
            try {
                accepted += acceptedAlike(wire, text, cuts.nextInt(text.length() + 1)) ? 1 : 0;
            } catch (AssertionError difference) {
                throw new AssertionError("seed " + seed + ", message " + i, difference);
            }
        }
        assertThat(accepted).as("of %d messages, seed %d", messages, seed).isBetween(messages / 10, messages * 9 / 10);
    }

    /**
     * Reads a message whole, cut in two, and by the reference, and what is sent upstream by the reference once more.
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
        Optional<ReferenceReader.Request> theirs = ReferenceReader.read(text);
        boolean acceptable = theirs.isPresent() && theirs.get().isWithin(wire.limits);
        if (ours.isAccepted() != acceptable || (acceptable && !same(ours, theirs.get()))) {
            throw different(text, ours, theirs);
        }
        if (ours.isAccepted()) {
            checkForwarded(wire, text, ours);
        }
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
                && ours.fields().equals(theirs.fields())
                && ours.content().equals(theirs.content())
                && ours.consumed() == theirs.length();
    }

    /** What goes upstream must be one message to its last byte, with the same meaning and nothing forged. */
    private static void checkForwarded(Wire wire, String text, Wire.Reading ours) {
        String sent = wire.forwarded(text) + ours.passed();
        ReferenceReader.Request arrived = ReferenceReader.read(sent).orElseThrow(() -> different(text, ours, sent));
        boolean same = ours.startLine().startsWith(arrived.method() + " " + arrived.target() + " ")
                && arrived.version() == 11
                && ours.host().equals(arrived.authority())
                && ours.content().equals(arrived.content())
                && arrived.length() == sent.length();
        List<String> names = arrived.fields().stream()
                .map(field -> field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT))
                .toList();
        boolean clean = names.stream().noneMatch(name -> NEVER_FORWARDED.contains(name) || name.contains("_"))
                && arrived.fields().contains("X-Forwarded-For: 192.0.2.7")
                && names.stream().filter("x-forwarded-for"::equals).count() == 1
                && names.stream().filter("host"::equals).count() == 1
                && names.get(0).equals("host");
        if (!same || !clean) {
            throw different(text, ours, sent);
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
                String theirs = readByNetty(text.substring(0, ours.consumed()));
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

    private static String readByNetty(String text) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(
                new HttpDecoderConfig().setMaxInitialLineLength(1 << 16).setMaxHeaderSize(1 << 16)));
        channel.writeInbound(Unpooled.wrappedBuffer(Wire.latin1(text)));
        StringBuilder read = new StringBuilder();
        List<String> problems = new ArrayList<>();
        boolean last = false;
        for (Object message; (message = channel.readInbound()) != null; ) {
            if (message instanceof HttpRequest request) {
                read.append(request.method().name())
                        .append(' ')
                        .append(request.uri())
                        .append(' ');
                read.append(request.headers().entries().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.toList()));
                if (request.decoderResult().isFailure()) {
                    problems.add("head: " + request.decoderResult());
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
}
