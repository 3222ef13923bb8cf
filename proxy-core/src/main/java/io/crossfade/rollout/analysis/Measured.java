package io.crossfade.rollout.analysis;

/**
 * A number by which a metric is judged, as it is now and as far as it is sure; ratios, 1 is the whole.
 *
 * @param value over the metric's own window
 * @param best the end of its confidence interval that speaks best of the canary; what is said of the interval stands where it is made
 * @param longer over five minutes at least, for what must not change to and fro; NaN while too little is known
 * @param moreIsWorse whether it is a ratio of failures, of which less is better
 */
public record Measured(double value, double best, double longer, boolean moreIsWorse) {
    private static final double BACK = 0.8;

    /** Whether it is surely worse than a level. */
    public boolean beyond(double level) {
        return moreIsWorse ? best > level : best < level;
    }

    /**
     * Whether it is better than a level by a fifth, now and over the longer time: 0.4% where the level is 0.5%, 99.2% where it is 99%. A number
     * that lies on the level, or a little on either side, is not.
     */
    public boolean backAt(double level) {
        double better = moreIsWorse ? BACK * level : 1 - BACK * (1 - level);
        return meets(better) && (moreIsWorse ? longer <= better : longer >= better);
    }

    /** Whether it is not worse than a level now, as it was measured. */
    public boolean meets(double level) {
        return moreIsWorse ? value <= level : value >= level;
    }
}
