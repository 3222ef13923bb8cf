package io.crossfade.observe;

import io.crossfade.admit.RecallRefused;
import io.crossfade.outcome.Outcome;
import java.util.List;

/** The counters of all event loops of a server; written by each loop for itself, merged by whoever reads. */
public final class Counters {
    /** What one number counts: a route and a variant. */
    record Series(String route, String variant) {}

    private final LoopCounters[] loops;
    private final List<String> refusalReasons;
    private final Names<String> rollouts = new Names<>();
    private final List<String> assignmentReasons;
    private final Names<Series> series = new Names<>();

    /**
     * @param refusalReasons words for why a request or an answer is refused, by number
     * @param rolloutNames of the rollouts that get the first numbers
     * @param assignmentReasons words for why a unit got its variant, by number
     */
    public Counters(int loops, List<String> refusalReasons, List<String> rolloutNames, List<String> assignmentReasons) {
        this.refusalReasons = List.copyOf(refusalReasons);
        rolloutNames.forEach(rollouts::number);
        this.assignmentReasons = List.copyOf(assignmentReasons);
        this.loops = new LoopCounters[loops];
        for (int i = 0; i < loops; i++) {
            this.loops[i] = new LoopCounters(refusalReasons.size(), assignmentReasons.size());
        }
    }

    /**
     * The number under which a route's variant is counted: the same for the same names, also after a reload. Called when a
     * snapshot is built.
     */
    public int series(String route, String variant) {
        return series.number(new Series(route, variant));
    }

    /** The number of a rollout, for the feed too: the same for the same name, also after a reload. */
    public int rollout(String name) {
        return rollouts.number(name);
    }

    /** The side of one event loop, which alone may write to it. */
    public LoopCounters loop(int i) {
        return loops[i];
    }

    /** Called by that loop: a request or an answer was refused. */
    public void refused(int loop, int reason) {
        loops[loop].refused(reason);
    }

    /** All exchanges of a series that have ended. */
    public long requests(int series) {
        return sum(series, false);
    }

    /** Those that count against the variant. */
    public long failures(int series) {
        return sum(series, true);
    }

    /** Durations of its exchanges as counts per bucket of {@link LatencyBuckets}, fastest first. */
    public long[] latency(int series) {
        long[] sums = new long[LatencyBuckets.COUNT];
        for (LoopCounters loop : loops) {
            loop.addLatency(series, sums);
        }
        return sums;
    }

    /** Their sum in nanoseconds. */
    public long durationNanos(int series) {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.durationNanos(series);
        }
        return sum;
    }

    /** Requests begun and not ended. */
    public long inFlight() {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.inFlight();
        }
        return sum;
    }

    /** Requests and answers refused for what they are, for the reason of this number. */
    public long refusals(int reason) {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.refusals(reason);
        }
        return sum;
    }

    /** Request fields left out because of an underscore in their name. */
    public long fieldsDropped() {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.fieldsDropped();
        }
        return sum;
    }

    /** Requests given a variant of the rollout of this number, for the reason of this number. */
    public long assignments(int rollout, int reason) {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.assignments(rollout, reason);
        }
        return sum;
    }

    /** Requests that were overdue at the canary of the rollout of this number and not recalled at once, by why. */
    public long recallsRefused(int rollout, RecallRefused why) {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.recallsRefused(rollout, why);
        }
        return sum;
    }

    List<String> rollouts() {
        return rollouts.all();
    }

    List<String> assignmentReasons() {
        return assignmentReasons;
    }

    /** Ended exchanges of one outcome and class of status: 0 without a status, 1 for 1xx up to 5 for 5xx. */
    public long count(int series, Outcome outcome, int codeClass) {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.count(series, outcome, codeClass);
        }
        return sum;
    }

    List<Series> allSeries() {
        return series.all();
    }

    List<String> refusalReasons() {
        return refusalReasons;
    }

    private long sum(int series, boolean failuresOnly) {
        long sum = 0;
        for (Outcome outcome : Outcome.values()) {
            for (int codeClass = 0; codeClass < LoopCounters.CODE_CLASSES; codeClass++) {
                sum += outcome.failure() || !failuresOnly ? count(series, outcome, codeClass) : 0;
            }
        }
        return sum;
    }
}
