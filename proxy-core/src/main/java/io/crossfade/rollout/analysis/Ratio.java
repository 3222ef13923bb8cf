package io.crossfade.rollout.analysis;

/** Requests that ended well and requests that failed, and between what bounds the failure ratio lies; ratios are 0..1. */
record Ratio(long ok, long failed) {
    static final Ratio NONE = new Ratio(0, 0);

    /** The standard normal's 99.9% quantile. */
    static final double Z_999 = 3.090232306167813;

    long requests() {
        return ok + failed;
    }

    Ratio and(long okMore, long failedMore) {
        return new Ratio(ok + okMore, failed + failedMore);
    }

    /** The failure ratio; 0 without requests. */
    double rate() {
        return requests() == 0 ? 0 : failed / (double) requests();
    }

    /** One-sided 99.9% upper bound (Wilson 1927); 1 without requests. */
    double upper() {
        return upper(Z_999);
    }

    /** The same at another quantile of the standard normal. */
    double upper(double z) {
        return requests() == 0 ? 1 : Math.min(1, middle(z) + spread(z));
    }

    /** One-sided 99.9% lower bound; 0 without requests. */
    double lower() {
        return lower(Z_999);
    }

    /** The same at another quantile of the standard normal. */
    double lower(double z) {
        return requests() == 0 ? 0 : Math.max(0, middle(z) - spread(z));
    }

    private double middle(double z) {
        double n = requests();
        return (rate() + z * z / (2 * n)) / (1 + z * z / n);
    }

    private double spread(double z) {
        double n = requests();
        return z * StrictMath.sqrt(rate() * (1 - rate()) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    }
}
