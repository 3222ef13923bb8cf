package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However a message is cut on its way, it is read the same and refused for the same reason. */
final class SplitTest {
    /** Small bounds, so that short messages reach them. */
    private static final HttpLimits SMALL = new HttpLimits(40, 120, 5, 60, 30, 12, 20, 2, 24, 120);

    @Test
    void requestsAtEveryOffsetAndByteByByte() {
        for (HttpLimits limits : new HttpLimits[] {HttpLimits.defaults(), SMALL}) {
            Wire wire = new Wire(limits);
            for (String text : Corpus.REQUESTS) {
                byte[] message = Wire.latin1(text);
                Wire.Reading whole = wire.request(message);
                for (int cut = 1; cut < message.length; cut++) {
                    assertThat(wire.request(message, cut))
                            .as("%s cut at %d", text, cut)
                            .isEqualTo(whole);
                }
                assertThat(wire.request(
                                message, IntStream.range(1, message.length).toArray()))
                        .as(text)
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void answersAtEveryOffsetAndByteByByte() {
        for (HttpLimits limits : new HttpLimits[] {HttpLimits.defaults(), SMALL}) {
            Wire wire = new Wire(limits);
            for (String text : Corpus.RESPONSES) {
                byte[] message = Wire.latin1(text);
                for (boolean answersHead : new boolean[] {false, true}) {
                    Wire.Reading whole = wire.response(message, answersHead);
                    for (int cut = 1; cut < message.length; cut++) {
                        assertThat(wire.response(message, answersHead, cut))
                                .as("%s cut at %d", text, cut)
                                .isEqualTo(whole);
                    }
                    assertThat(wire.response(
                                    message,
                                    answersHead,
                                    IntStream.range(1, message.length).toArray()))
                            .as(text)
                            .isEqualTo(whole);
                }
            }
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
