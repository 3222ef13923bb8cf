package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * When rules of other tools would have found a canary, on the counts of whole minutes: all of them look once a minute. What each is
 * set to is what its documentation shows first.
 */
final class OtherRules {
    /** What one minute had. */
    record Minute(long canary, long canaryFailed, long baseline, long baselineFailed) {
        private double canaryRate() {
            return canary == 0 ? 0 : canaryFailed / (double) canary;
        }

        private double baselineRate() {
            return baseline == 0 ? 0 : baselineFailed / (double) baseline;
        }
    }

    /** Not within the minutes that there are. */
    static final int NEVER = -1;

    /** From so few points a side Mann and Whitney's test cannot be sure. */
    private static final int LEAST_POINTS = 4;

    private OtherRules() {}

    /** Flagger: the canary's success rate of a minute below 99%, so many times. Minutes until the way back. */
    static int flagger(List<Minute> minutes, int times) {
        return below(minutes, 0.99, times);
    }

    /** Argo Rollouts: a success rate below 95% more often than failureLimit 3. */
    static int argo(List<Minute> minutes) {
        return below(minutes, 0.95, 4);
    }

    private static int below(List<Minute> minutes, double least, int times) {
        int failed = 0;
        for (int i = 0; i < minutes.size(); i++) {
            if (minutes.get(i).canary() > 0 && 1 - minutes.get(i).canaryRate() < least && ++failed == times)
                return i + 1;
        }
        return NEVER;
    }

    /** Kayenta: Mann and Whitney's test on the points of a minute since the analysis began, 98% two-sided, canary higher. */
    static int kayenta(List<Minute> minutes) {
        for (int n = LEAST_POINTS; n <= minutes.size(); n++) {
            if (differs(minutes.subList(0, n))) return n;
        }
        return NEVER;
    }

    /** The normal approximation, corrected for ties and continuity. */
    private static boolean differs(List<Minute> points) {
        int n = points.size();
        double[] all = new double[2 * n];
        double u = 0;
        for (int i = 0; i < n; i++) {
            all[i] = points.get(i).canaryRate();
            all[n + i] = points.get(i).baselineRate();
            for (Minute other : points) {
                u += Double.compare(all[i], other.baselineRate()) > 0 ? 1 : all[i] == other.baselineRate() ? 0.5 : 0;
            }
        }
        Arrays.sort(all);
        double ties = 0;
        for (int i = 0; i < all.length; ) {
            int j = i;
            while (j < all.length && all[j] == all[i]) j++;
            double t = j - i;
            ties += t * t * t - t;
            i = j;
        }
        double of = 2.0 * n;
        double variance = n * (double) n / 12 * (of + 1 - ties / (of * (of - 1)));
        return variance > 0 && (u - n * n / 2.0 - 0.5) / Math.sqrt(variance) > 2.326;
    }
}
