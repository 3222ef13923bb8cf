package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.observe.LatencyBuckets;
import io.crossfade.observe.RolloutFeed;
import io.crossfade.observe.UnitCounts;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A feed for many rollouts that measures each look of the control thread: its CPU time from one wait to the next, so that it does not matter who
 * else uses the machine.
 */
final class MeasuredFeed implements RolloutFeed {
    private static final long PATIENCE_MILLIS = 60_000;

    /** As many as the real feed has. */
    private static final int BUCKETS = LatencyBuckets.COUNT;

    /** Observations of one rollout, one in so many of the canary: the same flags, units that nobody else has. */
    private record Burst(
            int rollout, long firstUnit, int units, int canaryOneIn, int flags, int baselineOk, int canaryOk) {}

    private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    private final Deque<Burst> waiting = new ArrayDeque<>();
    private final boolean[] witnessed;
    private long units;
    private long looks;
    private boolean signalled;
    private long lookBegan = -1;
    private long longest;
    private long sum;
    private long measured;

    MeasuredFeed(int rollouts) {
        witnessed = new boolean[rollouts];
    }

    /** Observations that the next look finds, each tenth of the canary. */
    synchronized void observe(int rollout, int times, int flags, int baselineOk, int canaryOk) {
        observe(rollout, times, 10, flags, baselineOk, canaryOk);
    }

    /** The canary alone fails. */
    synchronized void observeCanary(int rollout, int times) {
        observe(rollout, times, 1, Observed.FAILED, 1, 0);
    }

    private void observe(int rollout, int times, int canaryOneIn, int flags, int baselineOk, int canaryOk) {
        waiting.add(new Burst(rollout, units, times, canaryOneIn, flags, baselineOk, canaryOk));
        units += times;
    }

    /** Returns when all that was there before has been looked at. */
    synchronized void look() {
        for (int pass = 0; pass < 2; pass++) {
            long before = looks;
            wake();
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            try {
                while (looks == before && System.nanoTime() < deadline) {
                    wait(PATIENCE_MILLIS);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(looks).as("looks of the control thread").isGreaterThan(before);
        }
    }

    /** Forgets what was measured. */
    synchronized void measure() {
        longest = 0;
        sum = 0;
        measured = 0;
    }

    synchronized long longestNanos() {
        return longest;
    }

    synchronized long meanNanos() {
        return sum / Math.max(1, measured);
    }

    synchronized long measured() {
        return measured;
    }

    @Override
    public synchronized void await(long maxNanos) {
        if (lookBegan >= 0) {
            long took = cpu.getCurrentThreadCpuTime() - lookBegan;
            longest = Math.max(longest, took);
            sum += took;
            measured++;
        }
        lookBegan = cpu.getCurrentThreadCpuTime();
        if (maxNanos == 0) {
            return; // it has more to do at once
        }
        looks++;
        notifyAll();
        try {
            while (!signalled) {
                wait(PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        signalled = false;
        lookBegan = cpu.getCurrentThreadCpuTime();
    }

    @Override
    public synchronized void wake() {
        signalled = true;
        notifyAll();
    }

    @Override
    public synchronized long slot() {
        return looks;
    }

    @Override
    public synchronized int drain(Sink sink) {
        int drained = 0;
        for (Burst burst = waiting.poll(); burst != null; burst = waiting.poll()) {
            for (int i = 0; i < burst.units; i++) {
                long unit = mix(burst.firstUnit + i);
                int who = Observed.who((i + 1) % burst.canaryOneIn == 0, true, 10_000);
                sink.observed(burst.rollout, unit, burst.flags | who, looks, burst.baselineOk, burst.canaryOk);
                drained++;
            }
        }
        return drained;
    }

    /** As the hash of a unit key is: any 64 bits. */
    private static long mix(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    @Override
    public void judged(int rollout) {}

    @Override
    public long[] successes(int rollout) {
        return new long[] {1_000, 100};
    }

    @Override
    public long[] trials(int rollout) {
        return new long[] {900, 90};
    }

    @Override
    public void callUnits(int rollout, UnitCounts counts) {}

    @Override
    public void readUnits(int rollout, UnitCounts counts) {}

    @Override
    public void callNewUnits(int rollout, boolean wanted) {}

    @Override
    public void callWitnesses(int rollout) {
        witnessed[rollout] = true;
    }

    @Override
    public long witnesses(int rollout) {
        return witnessed[rollout] ? 9 : 0;
    }

    @Override
    public long dropped() {
        return 0;
    }

    @Override
    public long[] baselineLatencies(int rollout) {
        long[] latencies = new long[BUCKETS];
        for (int i = 0; i < 100; i++) {
            latencies[BUCKETS / 2 + i] = 100L - i;
        }
        return latencies;
    }

    @Override
    public long bucketUpperNanos(int bucket) {
        return 1_000_000L * (bucket + 1L);
    }

    @Override
    public void slowThresholds(int rollout, long[] tauNanos, long tau99Nanos, double margin) {}
}
