package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Two services of instances with workers and queues behind one analysis, in virtual time, 1,000 requests a second: what an event loop
 * would tell of them. Fields may be set before it runs.
 */
final class Services {
    /** Nothing has tripped. */
    static final long NONE = -1;

    private static final int BUCKETS = 100_000;
    private static final int INSTANCES = 10;
    private static final int WORKERS = 16;
    private static final double MEDIAN_MILLIS = 5;
    private static final double SIGMA = 0.6;
    private static final double MARGIN = 2;
    private static final double[] Z = {0, 1.2815515655446004, 2.3263478740408408, 3.090232306167813};
    private static final int P99 = 2;
    private static final long HEAVY = 42;
    private static final double STALL_EVERY_MILLIS = 600_000;
    private static final int SWEEP_MILLIS = 100;
    private static final int SLOT_MILLIS = 5;
    private static final int LOOK_MILLIS = 20;

    final Analysis analysis = new Analysis(AnalysisSettings.defaults());
    private final SplittableRandom random;
    private final int weight;
    private final SlowCounter slow = new SlowCounter(Z.length);
    private final double[][] freeAt = new double[INSTANCES][WORKERS];
    private final double[] stallsAt = new double[INSTANCES];
    private final Set<Long> trials = new HashSet<>();
    private final PriorityQueue<Told> told = new PriorityQueue<>(Comparator.comparingDouble(Told::at));

    /** Requests a second of one client of the canary for whom everything takes 8 times as long. */
    int heavyPerSecond;

    double patienceMillis = Double.POSITIVE_INFINITY;
    double hangsAtMillis = Double.POSITIVE_INFINITY;
    double hangingShare = 1;
    boolean bothHang;
    double stallMillis;
    double canaryStallsEveryMillis = STALL_EVERY_MILLIS;

    /** 0 for a new user with each request. */
    int users;

    /** What the loop tells at an instant. */
    private record Told(double at, long unit, boolean canary, int slow, boolean hangs, boolean gaveUp) {}

    Services(int seed, int weight) {
        this.random = new SplittableRandom(seed);
        this.weight = weight;
        analysis.beginAttempt();
        for (int i = 0; i < INSTANCES; i++) stallsAt[i] = random.nextDouble() * STALL_EVERY_MILLIS;
    }

    /** The instant of the first verdict against the canary's latency, or NONE. */
    long verdict(int untilMillis) {
        int[] ok = new int[2];
        for (int now = 0; now < untilMillis; now++) {
            request(now, ok);
            if (now % 60_000 == 0) trials.clear();
            if (now % LOOK_MILLIS == 0) {
                look(now, ok);
                Arrays.fill(ok, 0);
                if (analysis.latency() == Verdict.FAIL) return now;
            }
        }
        return NONE;
    }

    private void look(int now, int[] ok) {
        List<Batch.Abort> aborts = new java.util.ArrayList<>();
        for (Told next = told.peek(); next != null && next.at() <= now; next = told.peek()) {
            told.remove();
            long slot = (long) next.at() / SLOT_MILLIS;
            slow.slow(next.unit(), next.canary(), weight, next.slow(), slot, next.hangs());
            if (next.gaveUp()) aborts.add(new Batch.Abort(next.unit(), weight, next.canary()));
        }
        Batch.Others others = new Batch.Others(aborts, List.of(), 0, 0);
        analysis.apply(new Batch(now, weight, List.of(), ok[0], ok[1], slow.take(now / SLOT_MILLIS), others));
    }

    private void request(int now, int[] ok) {
        boolean heavy = heavyPerSecond > 0 && now % (1_000 / heavyPerSecond) == 0;
        long unit = heavy ? HEAVY : users > 0 ? Traffic.mix(random.nextInt(users)) : random.nextLong();
        boolean canary = heavy || Long.remainderUnsigned(unit, BUCKETS) < weight;
        double arrived = now + random.nextDouble();
        double work = MEDIAN_MILLIS * Math.exp(SIGMA * gaussian()) * (heavy ? 8 : 1);
        double latency = finished(canary, arrived, work) - arrived;
        if (latency < patienceMillis) ok[canary ? 1 : 0]++;
        boolean trial = trials.add(unit);
        double overdueAfter = canary ? 1_000 : 1_000 / MARGIN;
        double overdueAt = SWEEP_MILLIS * Math.ceil((arrived + overdueAfter) / SWEEP_MILLIS);
        double ends = arrived + Math.min(latency, patienceMillis);
        if (trial && overdueAt < ends) {
            told.add(new Told(overdueAt, unit, canary, slowAt(canary, overdueAt - arrived), true, false));
        } else if (trial) {
            told.add(new Told(ends, unit, canary, slowAt(canary, ends - arrived), latency > patienceMillis, false));
        }
        if (latency > patienceMillis && slowAt(canary, patienceMillis) >>> P99 > 0) {
            told.add(new Told(ends, unit, canary, 0, true, true));
        }
    }

    private double finished(boolean canary, double arrived, double work) {
        if (arrived >= hangsAtMillis && (canary || bothHang) && random.nextDouble() < hangingShare) {
            return Double.POSITIVE_INFINITY;
        }
        int instance = canary ? 0 : 1 + random.nextInt(INSTANCES - 1);
        double[] workers = freeAt[instance];
        int free = 0;
        for (int i = 1; i < WORKERS; i++) if (workers[i] < workers[free]) free = i;
        double begins = Math.max(arrived, workers[free]);
        double ends = begins + work;
        if (stallMillis > 0) {
            if (begins > stallsAt[instance] + stallMillis)
                stallsAt[instance] += instance == 0 ? canaryStallsEveryMillis : STALL_EVERY_MILLIS;
            if (ends > stallsAt[instance])
                ends = Math.max(begins, stallsAt[instance]) == begins
                        ? stallsAt[instance] + stallMillis + work
                        : ends + stallMillis;
        }
        workers[free] = ends;
        return ends;
    }

    private static int slowAt(boolean canary, double millis) {
        int bits = 0;
        for (int i = 0; i < Z.length; i++) {
            if (millis / (canary ? MARGIN : 1) > MEDIAN_MILLIS * Math.exp(SIGMA * Z[i])) bits |= 1 << i;
        }
        return bits;
    }

    private double gaussian() {
        return random.nextGaussian();
    }
}
