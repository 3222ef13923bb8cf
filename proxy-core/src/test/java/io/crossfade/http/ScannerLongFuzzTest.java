package io.crossfade.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The long search of the profile {@code fuzz}, ten minutes a target; in an ordinary run it reads the seeds only. */
final class ScannerLongFuzzTest {
    @MethodSource("io.crossfade.http.FuzzTargets#requestsSeeds")
    @FuzzTest(maxDuration = "10m")
    void requests(byte[] data) {
        FuzzTargets.requests(data);
    }

    @MethodSource("io.crossfade.http.FuzzTargets#answersSeeds")
    @FuzzTest(maxDuration = "10m")
    void answers(byte[] data) {
        FuzzTargets.answers(data);
    }

    @MethodSource("io.crossfade.http.FuzzTargets#chunksSeeds")
    @FuzzTest(maxDuration = "10m")
    void chunks(byte[] data) {
        FuzzTargets.chunks(data);
    }
}
