package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What a fuzzer looks for in the scanners and the framer: a message that they read wrongly. */
final class FuzzTargets {
    private static final Wire WIRE = new Wire();
    private static final Wire TIGHT = new Wire(DifferentialTest.TIGHT);
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    static Stream<Arguments> requestsSeeds() {
        return seeds(Corpus.REQUESTS.stream());
    }

    static Stream<Arguments> answersSeeds() {
        return seeds(Corpus.manyResponses().stream());
    }

    static Stream<Arguments> chunksSeeds() {
        return seeds(Corpus.REQUESTS.stream()
                .filter(request -> request.contains("chunked\r\n\r\n"))
                .map(request -> request.substring(request.indexOf("\r\n\r\n") + 4)));
    }

    private static Stream<Arguments> seeds(Stream<String> messages) {
        return messages.map(message -> Arguments.of((Object) Wire.latin1(message)));
    }

    static void requests(byte[] data) {
        String text = Wire.latin1(data, 0, data.length);
        DifferentialTest.acceptedAlike(WIRE, text, data.length / 2);
        DifferentialTest.acceptedAlike(TIGHT, text, data.length / 2);
    }

    static void answers(byte[] data) {
        String text = Wire.latin1(data, 0, data.length);
        for (boolean answersHead : new boolean[] {false, true}) {
            DifferentialTest.answeredAlike(WIRE, text, answersHead, data.length / 2);
            DifferentialTest.answeredAlike(TIGHT, text, answersHead, data.length / 2);
        }
    }

    static void chunks(byte[] data) {
        requests(Wire.latin1(CHUNKED + Wire.latin1(data, 0, data.length)));
        BodyFramer framer = new BodyFramer(HttpLimits.defaults());
        framer.chunked();
        int passes = framer.scan(Unpooled.wrappedBuffer(data));
        if (passes == BodyFramer.REFUSED) {
            assertThat(framer.refusal()).isNotNull();
            assertThat(framer.done()).isFalse();
        } else {
            assertThat(passes).isBetween(0, framer.consumed());
            assertThat(framer.consumed()).isBetween(0, data.length);
            assertThat(framer.contentBytes()).isLessThanOrEqualTo(passes);
        }
    }

    private FuzzTargets() {}
}
