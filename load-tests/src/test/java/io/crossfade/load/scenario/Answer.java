package io.crossfade.load.scenario;

/**
 * What one user got for one request.
 *
 * @param status 0 when the connection broke before a whole answer was there, {@link #GAVE_UP} when the user did not wait for it
 * @param server the answer's Server field; empty when the proxy answered by itself
 * @param sentNanos instant of {@link System#nanoTime}
 * @param endedNanos when the last byte came, or the break
 */
record Answer(Ask ask, int status, String server, long sentNanos, long endedNanos) {
    static final int GAVE_UP = -1;

    /** A request: where, and of whom. */
    record Ask(String path, int user) {}

    double millis() {
        return (endedNanos - sentNanos) / 1e6;
    }

    boolean gaveUp() {
        return status == GAVE_UP;
    }

    boolean failed() {
        return status == 0 || status >= 500;
    }

    int user() {
        return ask.user();
    }
}
