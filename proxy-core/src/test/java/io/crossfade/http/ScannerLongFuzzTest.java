package io.crossfade.http;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The long search of the profile {@code fuzz}, ten minutes a target; in an ordinary run it reads the seeds only. */
final class ScannerLongFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void requests(byte[] data) {
        FuzzTargets.requests(data);
    }

    @FuzzTest(maxDuration = "10m")
    void answers(byte[] data) {
        FuzzTargets.answers(data);
    }

    @FuzzTest(maxDuration = "10m")
    void chunks(byte[] data) {
        FuzzTargets.chunks(data);
    }
}
