package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Limits.Answers;
import io.crossfade.config.Limits.Bodies;
import io.crossfade.config.Limits.Heads;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However a message is cut on its way, it is read the same and refused for the same reason. */
final class SplitTest {
    /** Small bounds, so that short messages reach them. */
    private static final HttpLimits SMALL =
            new HttpLimits(new Heads(40, 120, 5, 60, 30), new Bodies(0, 12, 20, 2, 24), new Answers(120, 0));

    @Test
    void requestsAtEveryOffsetAndByteByByte() {
        for (HttpLimits limits : new HttpLimits[] {HttpLimits.defaults(), SMALL}) {
            Wire wire = new Wire(limits);
            for (String text : Corpus.REQUESTS) {
                assertReadAlike(text, cuts -> wire.request(Wire.latin1(text), cuts));
            }
        }
    }

    @Test
    void answersAtEveryOffsetAndByteByByte() {
        for (HttpLimits limits : new HttpLimits[] {HttpLimits.defaults(), SMALL}) {
            Wire wire = new Wire(limits);
            for (String text : Corpus.RESPONSES) {
                for (boolean answersHead : new boolean[] {false, true}) {
                    assertReadAlike(text, cuts -> wire.response(Wire.latin1(text), answersHead, cuts));
                }
            }
        }
    }

    @Test
    void requestsAtTheirBounds() {
        HttpLimits limits = HttpLimits.defaults();
        String line = "GET /" + "a".repeat(limits.requestLine() - 14) + " HTTP/1.1\r\n";
        String field = "X: " + "b".repeat(limits.field() - 3) + "\r\n";
        String cookie = "Cookie: " + "c".repeat(limits.cookie() - 8) + "\r\n";
        String lines = line + "Host: a\r\n" + field + cookie;
        for (String before : new String[] {"", "\r\n"}) {
            assertRequest("accepted", before, filled(lines, limits.head()));
            assertRequest("head_too_large", before, filled(lines, limits.head() + 1));
            assertRequest("request_line_too_long", before, filled("G" + lines, limits.head()));
            assertRequest("field_too_large", before, filled(line + "Host: a\r\nX" + field, limits.head()));
            assertRequest("cookie_too_large", before, filled(lines + "Cookie:\r\n", limits.head()));
        }
    }

    private static void assertRequest(String verdict, String before, String text) {
        Wire wire = new Wire();
        assertReadAlikeAtBounds(verdict, before + text, (message, cuts) -> wire.request(message, cuts));
    }

    @Test
    void answersAtTheirBounds() {
        Wire wire = new Wire();
        int size = wire.limits.responseHead();
        for (String lines : new String[] {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 " + "a".repeat(3000) + "\r\nX: 1\r\n"}) {
            for (boolean answersHead : new boolean[] {false, true}) {
                assertReadAlikeAtBounds(
                        "accepted",
                        filled(lines, size) + "until the end",
                        (message, cuts) -> wire.response(message, answersHead, cuts));
                assertReadAlikeAtBounds(
                        "upstream_head_too_large",
                        filled(lines, size + 1),
                        (message, cuts) -> wire.response(message, answersHead, cuts));
            }
        }
    }

    /** A head whose lines are so long together, by one long line more. */
    private static String filled(String lines, int size) {
        return lines + "Y: " + "d".repeat(size - lines.length() - 5) + "\r\n\r\n";
    }

    /** Cuts a long message where the scanners copy more, around the ends of its lines, and at all of these together. */
    private static void assertReadAlikeAtBounds(
            String verdict, String text, BiFunction<byte[], int[], Wire.Reading> read) {
        byte[] message = Wire.latin1(text);
        IntStream ends = IntStream.range(0, message.length).filter(at -> message[at] == '\n');
        int[] cuts = IntStream.concat(IntStream.of(1024, 2048), ends)
                .flatMap(at -> IntStream.rangeClosed(at - 4, at + 4))
                .filter(cut -> cut > 0 && cut < message.length)
                .sorted()
                .distinct()
                .toArray();
        Wire.Reading whole = read.apply(message, new int[0]);
        assertThat(whole.verdict()).isEqualTo(verdict);
        for (int cut : cuts) {
            assertReadAs(whole, text, pieces -> read.apply(message, pieces), cut);
        }
        assertReadAs(whole, text, pieces -> read.apply(message, pieces), cuts);
    }

    /** Reads a message whole, cut in two at every offset, and byte by byte. */
    static void assertReadAlike(String text, Function<int[], Wire.Reading> read) {
        Wire.Reading whole = read.apply(new int[0]);
        for (int cut = 1; cut < text.length(); cut++) {
            assertReadAs(whole, text, read, cut);
        }
        assertReadAs(whole, text, read, IntStream.range(1, text.length()).toArray());
    }

    private static void assertReadAs(Wire.Reading whole, String text, Function<int[], Wire.Reading> read, int... cuts) {
        Wire.Reading inPieces = read.apply(cuts);
        if (!inPieces.equals(whole)) {
            assertThat(inPieces).as("%s cut at %s", text, Arrays.toString(cuts)).isEqualTo(whole);
        }
    }

    @Test
    void theCorpusHasBothKinds() {
        Wire wire = new Wire();
        assertThat(Corpus.REQUESTS.stream()
                        .filter(text -> wire.request(Wire.latin1(text)).isAccepted()))
                .hasSizeBetween(14, 20);
        assertThat(Corpus.RESPONSES.stream()
                        .filter(text -> wire.response(Wire.latin1(text), false).isAccepted()))
                .hasSize(10);
    }
}
