package io.crossfade.observe;

/**
 * How long the longest silence in the body of an answer of the baseline is, of answers that came in more than one piece. Silences
 * are seen by sweeps, so what is shorter than one is none. The control thread's.
 */
final class Gaps {
    static final int CLASSES = 32;

    /** Before so many answers nothing is known. */
    static final int LEAST_ANSWERS = 1_000;

    /** Beyond so many the older ones count half. */
    private static final long MOST_ANSWERS = 100_000;

    private static final long SHORTEST_NANOS = 100_000_000;
    private static final double STEP = 1.25;
    private static final long ONE_IN = 1_000;

    private static final long[] UPPER = new long[CLASSES];

    static {
        double upper = SHORTEST_NANOS;
        for (int i = 0; i < CLASSES; i++) {
            UPPER[i] = (long) upper;
            upper *= STEP;
        }
    }

    private final long[] taken = new long[CLASSES];
    private final long[] answers = new long[CLASSES];
    private long total;

    /** The class of a silence, 0..CLASSES-1; the last one holds all that is longer. */
    static int of(long nanos) {
        int at = 0;
        while (at < CLASSES - 1 && nanos > UPPER[at]) {
            at++;
        }
        return at;
    }

    /** So many answers are there by now whose longest silence is of this class. */
    void counted(int gapClass, long answersSoFar) {
        long fresh = answersSoFar - taken[gapClass];
        taken[gapClass] = answersSoFar;
        answers[gapClass] += fresh;
        total += fresh;
    }

    /** What not more than one answer in 1,000 exceeds, in nanoseconds, rounded up by a quarter at most; Long.MAX_VALUE when nothing is known. */
    long p999() {
        if (total > MOST_ANSWERS) {
            halve();
        }
        if (total < LEAST_ANSWERS) {
            return Long.MAX_VALUE;
        }
        long above = 0;
        int at = CLASSES - 1;
        while (at > 0 && (above + answers[at]) * ONE_IN <= total) {
            above += answers[at--];
        }
        return at == CLASSES - 1 ? Long.MAX_VALUE : UPPER[at];
    }

    private void halve() {
        total = 0;
        for (int i = 0; i < CLASSES; i++) {
            answers[i] /= 2;
            total += answers[i];
        }
    }
}
