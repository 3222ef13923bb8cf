package io.crossfade.rollout;

import io.crossfade.rollout.analysis.SplitCounts;
import io.crossfade.rollout.analysis.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * New units do not fall to the variants as the weights say. Nobody is blamed, but what compares the variants compares other users than it
 * should, so the rollout is held.
 */
final class UnevenSplit {
    private static final String LOOK =
            "look for what keeps users of one variant from the proxy: users who stayed away since an earlier attempt, a splitter, cache or"
                    + " balancer in front that chooses by the same key, keys that somebody picks; nobody is blamed";

    /** Empty while the split is not known to be another. */
    static Optional<Event> held(Situation at) {
        SplitCounts split = at.evidence().split();
        if (split.verdict() != Verdict.FAIL) {
            return Optional.empty();
        }
        Map<String, Double> numbers = at.evidence().numbers();
        numbers.put("splitUnits", (double) split.units());
        numbers.put("splitCanaryUnits", (double) split.canary());
        numbers.put("splitShareSeen", split.canary() / (double) split.units());
        numbers.put("splitShareExpected", split.expected() / split.units());
        numbers.put("logEvidenceSplit", split.logEvidence());
        numbers.put("logThresholdSplit", split.logThreshold());
        String weighed = String.format(
                Locale.ROOT,
                "evidence e^%.1f, threshold e^%.1f: chance of a false alarm at most 0.01%% in an attempt",
                split.logEvidence(),
                split.logThreshold());
        String stays = "weight stays " + at.weight() + " until an operator goes on or rolls back";
        List<String> lines = at.withAims(seen(split), weighed, stays, LOOK);
        return Optional.of(new Event.Held(at.now(), "split", true, lines, numbers));
    }

    /** What was counted, a clause. */
    private static String seen(SplitCounts split) {
        return String.format(
                Locale.ROOT,
                "of %,d new users %,d (%.2f%%) were the canary's, where the weights let expect %,.0f (%.2f%%)",
                split.units(),
                split.canary(),
                100.0 * split.canary() / split.units(),
                split.expected(),
                100 * split.expected() / split.units());
    }

    /** What the test has to say now, in words. */
    static String says(SplitCounts split) {
        return switch (split.verdict()) {
            case NO_DATA -> "no new users yet";
            case FAIL -> "has tripped: " + seen(split);
            case INCONCLUSIVE, PASS, SHARED_FATE ->
                seen(split) + (split.over() ? "; that is all it looks at in an attempt" : "");
        };
    }

    private UnevenSplit() {}
}
