package io.crossfade.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The short search that each {@code verify} makes, ten seconds a target; in an ordinary run it reads the seeds only. */
final class ScannerFuzzTest {
    @MethodSource("io.crossfade.http.FuzzTargets#requestsSeeds")
    @FuzzTest(maxDuration = "10s")
    void requests(byte[] data) {
        FuzzTargets.requests(data);
    }

    @MethodSource("io.crossfade.http.FuzzTargets#answersSeeds")
    @FuzzTest(maxDuration = "10s")
    void answers(byte[] data) {
        FuzzTargets.answers(data);
    }

    @MethodSource("io.crossfade.http.FuzzTargets#chunksSeeds")
    @FuzzTest(maxDuration = "10s")
    void chunks(byte[] data) {
        FuzzTargets.chunks(data);
    }
}
