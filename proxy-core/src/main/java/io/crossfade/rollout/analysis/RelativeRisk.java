package io.crossfade.rollout.analysis;

/**
 * The likelihood ratios of the question "was it on the canary?" among events that happen on both sides.
 *
 * <p>With canary share pi and a relative risk of at most rho, an event is on the canary with a chance of at most
 * {@code pi_rho = rho*pi / (rho*pi + 1 - pi)}. Alternatives are the relative risks {@code r_j = rho * 2^j}, j = 1..10, hence
 * {@code q_j = r_j*pi / (r_j*pi + 1 - pi)}; {@code LR_j(canary) = q_j / pi_rho}, {@code LR_j(baseline) = (1 - q_j) / (1 - pi_rho)}. The
 * ratio grows with "canary", so its mean under any smaller relative risk is below 1. Owner: the control thread.
 */
final class RelativeRisk {
    static final int ALTERNATIVES = 10;

    private final double margin;
    private final double[] logCanary = new double[ALTERNATIVES];
    private final double[] logBaseline = new double[ALTERNATIVES];
    private double share = Double.NaN;

    /** @param margin rho, at least 1 */
    RelativeRisk(double margin) {
        this.margin = margin;
    }

    /** Sets the canary share in force, 0..1; at 0 and 1 there is no concurrent control and no ratio. */
    void share(double pi) {
        if (pi == share) return;
        share = pi;
        if (!controlled()) return;
        double expected = chance(margin);
        double doubled = margin;
        for (int j = 0; j < ALTERNATIVES; j++) {
            doubled *= 2;
            double alternative = chance(doubled);
            logCanary[j] = StrictMath.log(alternative / expected);
            logBaseline[j] = StrictMath.log((1 - alternative) / (1 - expected));
        }
    }

    private double chance(double relativeRisk) {
        return relativeRisk * share / (relativeRisk * share + 1 - share);
    }

    boolean controlled() {
        return share > 0 && share < 1;
    }

    /** Why nothing is said just now; empty when something could be. */
    String silence() {
        return controlled() ? "" : "no concurrent control at this weight";
    }

    double[] logRatios(boolean canary) {
        return canary ? logCanary : logBaseline;
    }
}
