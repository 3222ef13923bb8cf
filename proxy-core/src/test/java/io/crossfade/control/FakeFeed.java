package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.observe.RolloutFeed;
import io.crossfade.observe.UnitCounts;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A feed that tests fill by hand; it knows when the control thread has looked at all of it. */
final class FakeFeed implements RolloutFeed {
    private static final long PATIENCE_MILLIS = 20_000;

    private record Observation(int rollout, long unit, int flags, int baselineOk, int canaryOk) {}

    private final Queue<Observation> waiting = new ArrayDeque<>();
    private final long[] baselineOk = new long[4];
    private final long[] canaryOk = new long[4];
    private final boolean[] wantsNewUnits = new boolean[4];
    private volatile BooleanSupplier quiet = () -> true;
    private boolean signalled;
    private boolean broken;
    private long awaits;
    private long units;
    private long slot;
    private long witnesses;

    /** Canary share in force when the units are assigned, in buckets. */
    int weight = 10_000;

    long[] tau = new long[0];
    long[] latencies = new long[0];

    /** Failures of as many units; beside each of the canary the baseline answers nine well. */
    synchronized void fail(int rollout, boolean canary, int times) {
        for (int i = 0; i < times; i++) {
            int flags = Observed.FAILED | Observed.who(canary, true, weight);
            waiting.add(new Observation(rollout, ++units, flags, canary ? 9 : 0, 0));
        }
        wake();
    }

    synchronized void slow(int rollout, boolean canary, int times) {
        for (int i = 0; i < times; i++) {
            int flags = 15 * Observed.SLOW_0 | Observed.who(canary, true, weight);
            waiting.add(new Observation(rollout, ++units, flags, canary ? 0 : 1, canary ? 1 : 0));
        }
        wake();
    }

    synchronized void succeed(int rollout, long baseline, long canary) {
        baselineOk[rollout] += baseline;
        witnesses += baseline;
        canaryOk[rollout] += canary;
    }

    synchronized void breakDown() {
        broken = true;
    }

    /** What else must be done with before all is quiet: a disk that writes by itself. */
    void settlesWith(BooleanSupplier idle) {
        quiet = idle;
    }

    /** Returns when control thread and disk have done with all that was there before the call. */
    void settle() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        pass();
        boolean before;
        do {
            before = quiet.getAsBoolean();
            pass();
            assertThat(System.nanoTime()).as("the disk is idle in time").isLessThan(deadline);
        } while (!before || !quiet.getAsBoolean());
    }

    /** Returns when the control thread has taken in all that was there before the call. */
    synchronized void pass() {
        for (int pass = 0; pass < 2; pass++) {
            long before = awaits;
            wake();
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            try {
                while (awaits == before && System.nanoTime() < deadline) {
                    wait(PATIENCE_MILLIS);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(awaits).as("passes of the control thread").isGreaterThan(before);
        }
    }

    @Override
    public synchronized long slot() {
        return slot;
    }

    @Override
    public synchronized int drain(Sink sink) {
        int drained = 0;
        for (Observation seen = waiting.poll(); seen != null; seen = waiting.poll()) {
            sink.observed(seen.rollout(), seen.unit(), seen.flags(), slot++, seen.baselineOk(), seen.canaryOk());
            drained++;
        }
        return drained;
    }

    @Override
    public void judged(int rollout) {}

    @Override
    public synchronized long[] successes(int rollout) {
        if (broken) {
            throw new IllegalStateException("feed is broken");
        }
        long[] taken = {baselineOk[rollout], canaryOk[rollout]};
        baselineOk[rollout] = 0;
        canaryOk[rollout] = 0;
        return taken;
    }

    /** The baseline goes on as it does: nine well for each failure of the canary. */
    @Override
    public synchronized void callWitnesses(int rollout) {
        witnesses = 9;
        wake();
    }

    @Override
    public synchronized long witnesses(int rollout) {
        return witnesses;
    }

    /** Units that nobody has seen before, assigned under {@link #weight} as often to the canary as this says. */
    synchronized void newUnits(int rollout, int baseline, int canary) {
        for (int i = 0; i < baseline + canary; i++) {
            boolean onCanary = (i + 1L) * canary / (baseline + canary) > (long) i * canary / (baseline + canary);
            int flags = Observed.NEW_UNIT | Observed.who(onCanary, true, weight);
            waiting.add(new Observation(rollout, ++units, flags, 0, 0));
        }
        wake();
    }

    @Override
    public synchronized void callNewUnits(int rollout, boolean wanted) {
        wantsNewUnits[rollout] = wanted;
    }

    /** Whether the control thread has asked for new units, and not said since that it has enough. */
    synchronized boolean wantsNewUnits(int rollout) {
        return wantsNewUnits[rollout];
    }

    @Override
    public void callUnits(int rollout, UnitCounts counts) {}

    @Override
    public void readUnits(int rollout, UnitCounts counts) {}

    @Override
    public long[] trials(int rollout) {
        return new long[2];
    }

    @Override
    public long dropped() {
        return 0;
    }

    @Override
    public synchronized long[] baselineLatencies(int rollout) {
        long[] taken = latencies;
        latencies = new long[0];
        return taken;
    }

    @Override
    public long bucketUpperNanos(int bucket) {
        return 1_000L * (bucket + 1);
    }

    @Override
    public synchronized void slowThresholds(int rollout, long[] tauNanos, long tau99Nanos, double margin) {
        tau = tauNanos;
    }

    @Override
    public synchronized void await(long maxNanos) {
        if (maxNanos == 0) {
            return; // it has more to do
        }
        awaits++;
        notifyAll();
        try {
            while (!signalled) {
                wait(PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        signalled = false;
    }

    @Override
    public synchronized void wake() {
        signalled = true;
        notifyAll();
    }
}
