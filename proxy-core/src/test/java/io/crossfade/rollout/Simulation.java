package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.SlowCounter;
import io.crossfade.rollout.analysis.Witnesses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A rollout in virtual time between two services that change: users come at random, the hash of each chooses his service, and
 * every 20 ms the rollout looks at what happened.
 */
final class Simulation {
    private static final long TICK_MILLIS = 20;
    private static final int REQUESTS_PER_TICK = 20;
    private static final int USERS = 50_000;
    private static final double MEDIAN_NANOS = 20e6;
    private static final double SIGMA = 0.6;

    /** Normal quantiles of p50, p90, p99 and p99.9. */
    private static final double[] Z = {0, 1.2815515655, 2.3263478740, 3.0902323062};

    /** How a service does at an instant. */
    interface Service {
        /** @return chance of a failure, and how many times slower than usual it is */
        double[] at(long nowMillis);
    }

    private final SplittableRandom random;
    private final Rollout rollout;
    private final Service baseline;
    private final Service canary;
    private final SlowCounter slow = new SlowCounter(Z.length);
    private final Witnesses witnesses = new Witnesses();

    /** Units that had their trial of this minute; that all minutes begin together is worse than what really happens. */
    private final Set<Long> trials = new HashSet<>();

    private final StringBuilder text = new StringBuilder();
    final List<Input> inputs = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    private long now;
    private long served;
    private long harmed;

    Simulation(long seed, Plan plan, Service baseline, Service canary) {
        this.random = new SplittableRandom(seed);
        this.rollout = new Rollout(plan);
        this.baseline = baseline;
        this.canary = canary;
        text.append("seed ").append(seed).append(", ").append(plan.shape()).append('\n');
    }

    /** Runs to an instant; operators start and retry where told. */
    Simulation until(long endMillis, long retryAtMillis) {
        take(new Input.Asked(0, Verb.START, "ann", "go", null, null, null));
        for (now = TICK_MILLIS; now <= endMillis; now += TICK_MILLIS) {
            if (now == retryAtMillis) {
                take(new Input.Asked(now, Verb.RETRY, "ann", "fixed", null, null, null));
            }
            if (now % 60_000 == 0) {
                trials.clear();
            }
            take(new Input.Observed(witnesses.with(tick())));
            witnesses.call(rollout.evidence().roseAtMillis(), now);
        }
        return this;
    }

    String text() {
        return text
                + String.format(
                        Locale.ROOT,
                        "end %s; canary answered %,d requests, %,d of them badly%n",
                        rollout.state().phase().word(),
                        served,
                        harmed);
    }

    Rollout rollout() {
        return rollout;
    }

    private void take(Input input) {
        inputs.add(input);
        if (rollout.take(input) instanceof Answer.Decided decided) {
            for (Event event : decided.events()) {
                rollout.apply(event);
                events.add(event);
                text.append(String.format(
                        Locale.ROOT,
                        "%8.2fs  %-4s %s%n",
                        now / 1000.0,
                        Words.percent(rollout.state().weight()),
                        EventText.of(event)));
            }
        }
    }

    private Batch tick() {
        int weight = rollout.state().weight();
        List<Batch.Failure> failures = new ArrayList<>();
        int[] ok = new int[2];
        for (int i = 0; i < REQUESTS_PER_TICK; i++) {
            long unit = mix(random.nextInt(USERS));
            boolean onCanary =
                    Long.remainderUnsigned(unit, 100_000) < rollout.state().weight();
            double[] health = (onCanary ? canary : baseline).at(now);
            served += onCanary ? 1 : 0;
            if (random.nextDouble() < health[0]) {
                harmed += onCanary ? 1 : 0;
                failures.add(new Batch.Failure(unit, weight, onCanary, true, ok[0], ok[1]));
                ok = new int[2];
            } else {
                ok[onCanary ? 1 : 0]++;
                if (trials.add(unit)) {
                    int slot = 4 * i / REQUESTS_PER_TICK;
                    slow.slow(unit, onCanary, weight, slowAt(health[1], onCanary ? 2 : 1), slot);
                }
            }
        }
        return new Batch(now, weight, failures, ok[0], ok[1], slow.take(Long.MAX_VALUE));
    }

    private int slowAt(double factor, double margin) {
        double nanos = MEDIAN_NANOS * factor * StrictMath.exp(SIGMA * gaussian());
        int bits = 0;
        for (int i = 0; i < Z.length; i++) {
            bits |= nanos / margin > MEDIAN_NANOS * StrictMath.exp(SIGMA * Z[i]) ? 1 << i : 0;
        }
        return bits;
    }

    /** Box and Muller, in strict arithmetic: the same on every machine. */
    private double gaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
    }

    /** The finisher of SplitMix64. */
    private static long mix(long user) {
        long z = (user + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
