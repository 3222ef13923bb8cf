package io.crossfade.load.bench;

import io.crossfade.assign.Split;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to hash a unit key of 36 bytes where it lies and to pick the variant. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AssignBenchmark {
    private final Split split = new Split("orders", 10_000);
    private final byte[] key = "6f1c2a9e-8d3b-4c5e-9f70-0123456789ab".getBytes(StandardCharsets.US_ASCII);

    @Benchmark
    public boolean variant() {
        return split.canary(split.unit(key, 0, key.length));
    }
}
