package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What a fuzzer looks for in the scanners and the framer: a message that they read wrongly. */
final class FuzzTargets {
    private static final Wire WIRE = new Wire();
    private static final Wire TIGHT = new Wire(DifferentialTest.TIGHT);

    /** What the writer adds to an answer at its bounds goes beyond them. */
    private static final Wire ROOMY =
            new Wire(new HttpLimits(8 << 10, 32 << 10, 200, 8 << 10, 8 << 10, 256, 4 << 10, 64, 8 << 10, 128 << 10));

    static Stream<Arguments> requestsSeeds() {
        return seeds(Corpus.REQUESTS.stream());
    }

    static Stream<Arguments> answersSeeds() {
        return seeds(Corpus.RESPONSES.stream());
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
        Wire.Reading whole = WIRE.response(data, false);
        assertThat(WIRE.response(data, false, data.length / 2)).isEqualTo(whole);
        if (whole.isAccepted()) {
            String sent = Wire.text(ResponseWriter.write(WIRE.response, false, false, null, Wire.PLAIN));
            assertThat(ROOMY.responseVerdict(sent)).isEqualTo("accepted");
            assertThat(ROOMY.response.verbatim()).isTrue();
        }
    }

    static void chunks(byte[] data) {
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
