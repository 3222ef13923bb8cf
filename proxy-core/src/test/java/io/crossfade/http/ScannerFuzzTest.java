package io.crossfade.http;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The short search that each {@code verify} makes, ten seconds a target; in an ordinary run it reads the seeds only. */
final class ScannerFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void requests(byte[] data) {
        FuzzTargets.requests(data);
    }

    @FuzzTest(maxDuration = "10s")
    void answers(byte[] data) {
        FuzzTargets.answers(data);
    }

    @FuzzTest(maxDuration = "10s")
    void chunks(byte[] data) {
        FuzzTargets.chunks(data);
    }
}
