package io.crossfade.load.bench;

import io.crossfade.observe.Counters;
import io.crossfade.observe.LoopCounters;
import io.crossfade.outcome.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to count the end of an exchange: outcome, status class, duration. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CountBenchmark {
    private final Counters counters = new Counters(1, List.of("bare_lf"), List.of(), List.of());
    private final int series = counters.series("orders", "canary");
    private final LoopCounters loop = counters.loop(0);
    private long nanos = 100_000;

    @Benchmark
    public void finished() {
        nanos = nanos * 31 % 50_000_017; // durations that spread over the histogram
        loop.finished(series, Outcome.OK, 200, nanos);
    }
}
