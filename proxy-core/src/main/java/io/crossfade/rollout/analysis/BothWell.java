package io.crossfade.rollout.analysis;

/**
 * Whether so few requests of both services together fail that the rollout may go on.
 *
 * <p>Where both are in trouble the canary does as well as the baseline, so its own limit, which follows the baseline, says nothing. A step needs
 * evidence, at 99.99%, that fewer than {@code baselineLimit} of all requests fail: {@link WithinLimit}, whose chance to say so
 * wrongly of a step is 1 in 10,000. Its evidence is bounded on both sides: a long time of health is forgotten after some hundred requests of trouble,
 * and a long outage after some thousand of health.
 *
 * <p>Trouble often comes back. After it nothing goes on for two minutes. Owner: the control thread.
 */
final class BothWell {
    static final long CALM_MILLIS = 120_000;

    private static final double CONFIDENCE = 0.9999;

    private final WithinLimit within = new WithinLimit(CONFIDENCE);
    private long troubledMillis = Rise.NEVER;

    /** @param limit failure ratio, 0..1 */
    BothWell(double limit) {
        within.limit(Math.min(AbsoluteLimit.LARGEST_LIMIT, limit));
    }

    void ok(long requests) {
        within.ok(requests);
        within.cap();
    }

    void failed() {
        within.failed();
        within.cap();
    }

    /** @param baselineInTrouble whether the baseline by itself is known to be in trouble now */
    void note(boolean baselineInTrouble, long nowMillis) {
        if (baselineInTrouble || within.refuted()) troubledMillis = nowMillis;
    }

    /** Whether fewer than the limit are shown to fail, lately in this step. */
    boolean shown() {
        return within.shown();
    }

    /** Whether the baseline or both are in trouble or were a moment ago. */
    boolean troubled(long nowMillis) {
        return troubledMillis != Rise.NEVER && nowMillis - troubledMillis < CALM_MILLIS;
    }

    void beginStep() {
        within.reset();
    }

    void reset() {
        beginStep();
        troubledMillis = Rise.NEVER;
    }

    void save(Words out) {
        within.save(out);
        out.put(troubledMillis);
    }

    void restore(Words in) {
        within.restore(in);
        troubledMillis = in.take();
    }
}
