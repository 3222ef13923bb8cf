package io.crossfade.rollout.analysis;

/**
 * What was counted of distinct hash-assigned units, for explanations.
 *
 * @param canarySeen in this step
 * @param canaryFailed those of them with a failure
 * @param canaryMatched in the last 5 minutes, of a sample that is as large on either variant
 * @param canaryWell requests of theirs that ended well
 */
public record CountsOfUnits(
        long baselineSeen,
        long baselineFailed,
        long canarySeen,
        long canaryFailed,
        long baselineMatched,
        long baselineWell,
        long canaryMatched,
        long canaryWell) {

    static CountsOfUnits of(long[] success, long[] throughput) {
        return new CountsOfUnits(
                success[0],
                success[1],
                success[2],
                success[3],
                throughput[0],
                throughput[1],
                throughput[2],
                throughput[3]);
    }
}
