package io.crossfade.outcome;

/** A set of status codes, 100 to 599; immutable. */
public final class Statuses {
    private static final int LEAST = 100;
    private static final int MOST = 599;

    /** What counts as failed where nothing else is said. */
    public static final Statuses SERVER_ERRORS = ranges(500, 599);

    private final boolean[] in;

    private Statuses(boolean[] in) {
        this.in = in;
    }

    /**
     * @param ends first and last status of each range, one after the other
     * @throws IllegalArgumentException when one is no status, or a range has no last one
     */
    public static Statuses ranges(int... ends) {
        if (ends.length % 2 != 0) {
            throw new IllegalArgumentException("ends of ranges: " + ends.length + " (expected: two for each)");
        }
        boolean[] in = new boolean[MOST + 1];
        for (int i = 0; i < ends.length; i += 2) {
            if (ends[i] < LEAST || ends[i + 1] > MOST) {
                throw new IllegalArgumentException(
                        "statuses: " + ends[i] + ".." + ends[i + 1] + " (expected: 100..599)");
            }
            for (int status = ends[i]; status <= ends[i + 1]; status++) {
                in[status] = true;
            }
        }
        return new Statuses(in);
    }

    public boolean contains(int status) {
        return status >= LEAST && status <= MOST && in[status];
    }
}
