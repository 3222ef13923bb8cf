package io.crossfade.rollout.analysis;

/**
 * What one detector has to say after the last batch.
 *
 * @param logEvidence natural logarithm of the statistic, never below {@link #LEAST} and so always a finite number
 * @param logThreshold trips at or above it
 * @param remark why it says so where the numbers alone do not, a clause for a person; else empty
 */
public record Finding(Detector detector, Verdict verdict, double logEvidence, double logThreshold, String remark) {

    /** Stands for "no evidence at all", whose logarithm JSON cannot say. */
    public static final double LEAST = -100;

    public Finding {
        logEvidence = Math.max(LEAST, logEvidence);
    }

    /** Whether it is this detector's and speaks for a failed canary. */
    public boolean fails(Detector by) {
        return detector == by && verdict == Verdict.FAIL;
    }
}
