package io.crossfade.rollout.analysis;

import java.util.List;

/**
 * What was seen between two looks of the control thread: all that the analysis needs and all that the journal keeps.
 *
 * <p>A batch is closed before a weight changes, so that one weight was in force for all of it. Its requests may have been
 * assigned under an earlier one, so each failure and each slot says its own.
 *
 * @param nowMillis the rollout's own timeline, milliseconds; never goes back (a smaller one is taken as the last one)
 * @param weight canary share in force, in buckets, 0..100,000
 * @param failures in the order of each event loop
 * @param baselineOk successes of the baseline after the last failure, all of the batch's when there was none
 * @param canaryOk the same of the canary
 * @param slow slow requests of hash-assigned units, slot after slot, from {@link SlowCounter}
 * @param others what else was seen of hash-assigned units
 * @param witness what is known of requests of the baseline that began after an instant
 * @param users what is known of distinct units
 * @param newUnits units that came for the first time in the attempt, as far as the event loops know; a unit may be told again
 * @param tau the baseline's latency at each quantile of the settings and at p99, nanoseconds, so that a restart at 100 % knows it; empty when it
 *     is not told
 */
public record Batch(
        long nowMillis,
        int weight,
        List<Failure> failures,
        long baselineOk,
        long canaryOk,
        List<Slow> slow,
        Others others,
        Witness witness,
        Users users,
        List<NewUnits> newUnits,
        List<Long> tau) {

    static final int BUCKETS = 100_000;

    /**
     * Slow requests of one slot of the clock, or of several in a row in which the canary had none: how they count is told by
     * detector L. One count per quantile each, as many as the settings have quantiles; a missing one is 0.
     *
     * @param weight canary share in force when the requests were assigned, in buckets
     * @param hanging of the canary's those whose end nobody waited for: they are under way still, or their users gave up
     */
    public record Slow(int weight, List<Integer> baseline, List<Integer> canary, int hanging) {
        public Slow(int weight, List<Integer> baseline, List<Integer> canary) {
            this(weight, baseline, canary, 0);
        }

        public Slow {
            requireWeight(weight);
            if (hanging < 0) throw new IllegalArgumentException("hanging: " + hanging + " (expected: 0 or more)");
            baseline = counts(baseline);
            canary = counts(canary);
        }

        private static List<Integer> counts(List<Integer> given) {
            for (int count : given) {
                if (count < 0) throw new IllegalArgumentException("slow requests: " + count + " (expected: 0 or more)");
            }
            return List.copyOf(given);
        }

        /** Whether any is the canary's. */
        public boolean onCanary() {
            return canary.stream().anyMatch(count -> count > 0);
        }
    }

    /**
     * So many requests of the baseline began after an instant and have ended well. What began earlier says nothing of what happens
     * since: where a dependency of both hangs, the baseline still gives answers that it had before.
     *
     * @param sinceMillis on the rollout's own timeline; {@link Rise#NEVER} when nobody asked
     * @param answers until this batch was closed, 0 or more
     */
    public record Witness(long sinceMillis, long answers) {
        public static final Witness NONE = new Witness(Rise.NEVER, 0);
    }

    /**
     * One failed request.
     *
     * @param unit 64-bit hash of the unit key
     * @param weight canary share in force when the request was assigned, in buckets: it may be older than the batch's
     * @param randomised whether the unit was placed by hash; a placed one tells C nothing
     * @param baselineOkBefore successes of the baseline since the previous failure in this batch
     * @param canaryOkBefore the same of the canary
     */
    public record Failure(
            long unit, int weight, boolean canary, boolean randomised, int baselineOkBefore, int canaryOkBefore) {
        public Failure {
            requireWeight(weight);
            if (baselineOkBefore < 0 || canaryOkBefore < 0) throw new IllegalArgumentException("successes below 0");
        }

        /** The same failure of a request that was assigned under this weight. */
        public Failure assignedAt(int assigned) {
            return new Failure(unit, assigned, canary, randomised, baselineOkBefore, canaryOkBefore);
        }
    }

    /**
     * What was seen beside failures and slow requests.
     *
     * @param aborts clients that went away before the answer began, after longer than the baseline's p99 (on the canary: margin times that)
     * @param answers answers of a class that is looked at, of a unit and class once a minute
     * @param baselineTrials first requests of units in their minute that ended well or are known to be slow
     * @param canaryTrials the same of the canary
     */
    public record Others(List<Abort> aborts, List<Answered> answers, long baselineTrials, long canaryTrials) {
        public static final Others NONE = new Others(List.of(), List.of(), 0, 0);

        public Others {
            if (baselineTrials < 0 || canaryTrials < 0) throw new IllegalArgumentException("trials below 0");
            aborts = List.copyOf(aborts);
            answers = List.copyOf(answers);
        }

        /** Whether nothing was seen. */
        public boolean isEmpty() {
            return aborts.isEmpty() && answers.isEmpty() && baselineTrials == 0 && canaryTrials == 0;
        }
    }

    /** A client of a hash-assigned unit that gave up; its weight is that at its assignment. */
    public record Abort(long unit, int weight, boolean canary) {
        public Abort {
            requireWeight(weight);
        }
    }

    /**
     * An answer that is no failure and may be one all the same; its weight is that at its assignment.
     *
     * @param answerClass 0 redirect, 1 client error, 2 too many, 3 empty
     * @param turnsAway whether its status turns a user away: 401, 403, 404, 405, 429
     */
    public record Answered(long unit, int weight, boolean canary, int answerClass, boolean turnsAway) {
        public Answered {
            requireWeight(weight);
            if (answerClass < 0 || answerClass >= UnusualAnswers.CLASSES) {
                throw new IllegalArgumentException("class of an answer: " + answerClass + " (expected: 0..3)");
            }
        }
    }

    /**
     * What sketches say of distinct hash-assigned units.
     *
     * @param canaryLately units of the canary that were seen in the minute that has ended; -1 while none has
     * @param raised registers that stand higher than when they were told last, each its number times 64 plus its rank: the sketches of
     *     {@link UserSuccess}, one behind the other
     * @param window of {@link Throughput#GROUPS} groups of the baseline and then of the canary, of the last 5 minutes: requests of matched
     *     units that ended well, and hundredths of distinct matched units; empty when no 5 minutes have ended
     */
    public record Users(int canaryLately, List<Integer> raised, List<Long> window) {
        public static final Users NONE = new Users(-1, List.of(), List.of());

        public Users {
            raised = List.copyOf(raised);
            window = List.copyOf(window);
            if (!window.isEmpty() && window.size() != Throughput.NUMBERS) {
                throw new IllegalArgumentException(
                        "numbers of a window: " + window.size() + " (expected: " + Throughput.NUMBERS + ")");
            }
        }

        /** Whether nothing new is told. */
        public boolean isEmpty() {
            return canaryLately < 0 && raised.isEmpty() && window.isEmpty();
        }
    }

    /**
     * Units that were assigned by their hash under one weight.
     *
     * @param weight canary share in force when they were, in buckets
     * @param units see {@link #of}
     */
    public record NewUnits(int weight, List<Integer> units) {
        public NewUnits {
            requireWeight(weight);
            units = List.copyOf(units);
            for (int unit : units) {
                if (unit < 0 || unit >= 2 * SplitEvidence.BITS) {
                    throw new IllegalArgumentException(
                            "new unit: " + unit + " (expected: 0.." + (2 * SplitEvidence.BITS - 1) + ")");
                }
            }
        }

        /**
         * All that is kept of a unit: twice its place in the bit map of units that have come, and one more for the canary's.
         *
         * @param unit 64-bit hash of the unit key
         */
        public static int of(long unit, boolean canary) {
            return 2 * SplitEvidence.place(unit) + (canary ? 1 : 0);
        }

        static int place(int unit) {
            return unit / 2;
        }

        static boolean canary(int unit) {
            return unit % 2 == 1;
        }
    }

    /** A batch that knows nothing of distinct units. */
    public Batch(
            long nowMillis,
            int weight,
            List<Failure> failures,
            long baselineOk,
            long canaryOk,
            List<Slow> slow,
            Others others,
            Witness witness) {
        this(
                nowMillis,
                weight,
                failures,
                baselineOk,
                canaryOk,
                slow,
                others,
                witness,
                Users.NONE,
                List.of(),
                List.of());
    }

    /** A batch in which nothing else was seen. */
    public Batch(long nowMillis, int weight, List<Failure> failures, long baselineOk, long canaryOk, List<Slow> slow) {
        this(nowMillis, weight, failures, baselineOk, canaryOk, slow, Others.NONE, Witness.NONE);
    }

    /** A batch that knows of no request's beginning. */
    public Batch(
            long nowMillis,
            int weight,
            List<Failure> failures,
            long baselineOk,
            long canaryOk,
            List<Slow> slow,
            Others others) {
        this(nowMillis, weight, failures, baselineOk, canaryOk, slow, others, Witness.NONE);
    }

    public Batch {
        requireWeight(weight);
        if (baselineOk < 0 || canaryOk < 0) throw new IllegalArgumentException("successes below 0");
        failures = List.copyOf(failures);
        slow = List.copyOf(slow);
        newUnits = List.copyOf(newUnits);
        tau = List.copyOf(tau);
    }

    private static void requireWeight(int weight) {
        if (weight < 0 || weight > BUCKETS) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0.." + BUCKETS + ")");
        }
    }

    /** The same with what the baseline's later requests say. */
    public Batch with(Witness other) {
        return new Batch(nowMillis, weight, failures, baselineOk, canaryOk, slow, others, other, users, newUnits, tau);
    }

    /** The same with what is known of distinct units. */
    public Batch with(Users other) {
        return new Batch(
                nowMillis, weight, failures, baselineOk, canaryOk, slow, others, witness, other, newUnits, tau);
    }

    /** The same with the baseline's latencies. */
    public Batch withTau(List<Long> other) {
        return new Batch(
                nowMillis, weight, failures, baselineOk, canaryOk, slow, others, witness, users, newUnits, other);
    }

    /** The same with new units. */
    public Batch withNewUnits(List<NewUnits> other) {
        return new Batch(nowMillis, weight, failures, baselineOk, canaryOk, slow, others, witness, users, other, tau);
    }

    /** A batch in which nothing failed and nothing was slow. */
    public static Batch ofSuccesses(long nowMillis, int weight, long baselineOk, long canaryOk) {
        return new Batch(nowMillis, weight, List.of(), baselineOk, canaryOk, List.of());
    }
}
