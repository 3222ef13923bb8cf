package io.crossfade.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The long search of the profile {@code fuzz}, ten minutes a target; in an ordinary run it reads the seeds only. */
final class ScannerLongFuzzTest {
    @FuzzTest(maxDuration = "10m")
    @MethodSource("io.crossfade.http.FuzzTargets#requestsSeeds")
    void requests(byte[] data) {
        FuzzTargets.requests(data);
    }

    @FuzzTest(maxDuration = "10m")
    @MethodSource("io.crossfade.http.FuzzTargets#answersSeeds")
    void answers(byte[] data) {
        FuzzTargets.answers(data);
    }

    @FuzzTest(maxDuration = "10m")
    @MethodSource("io.crossfade.http.FuzzTargets#chunksSeeds")
    void chunks(byte[] data) {
        FuzzTargets.chunks(data);
    }
}
