package io.crossfade.observe;

import io.crossfade.admit.RecallRefused;
import io.crossfade.outcome.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counters of one event loop, which alone writes them; {@link Counters} reads them from any thread.
 *
 * <p>A series, which is a route and a variant, has one row: how exchanges ended by outcome and class of status, the
 * histogram of their durations, and the sum of these.
 */
public final class LoopCounters {
    /** Status classes: 0 for no status at all, then 1xx to 5xx. */
    static final int CODE_CLASSES = 6;

    private static final int LATENCY = Outcome.values().length * CODE_CLASSES;
    private static final int DURATION = LATENCY + LatencyBuckets.COUNT;
    private static final int CELLS = DURATION + 1;

    /** Keeps the cells of two loops out of one cache line: 128 bytes, as processors fetch lines in pairs. */
    private static final int PADDING = 16;

    private static final int IN_FLIGHT = PADDING;
    private static final int FIELDS_DROPPED = PADDING + 1;
    private static final int REFUSED = PADDING + 2;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] loop;
    private final NumberedCells series = new NumberedCells(CELLS);

    /** Per rollout the reasons of assignments, between two paddings. */
    private final NumberedCells assigned;

    /** Per rollout the reasons why nothing was recalled, between two paddings. */
    private final NumberedCells recallsRefused = new NumberedCells(PADDING + RecallRefused.values().length + PADDING);

    LoopCounters(int refusalReasons, int assignmentReasons) {
        this.loop = new long[REFUSED + refusalReasons + PADDING];
        this.assigned = new NumberedCells(PADDING + assignmentReasons + PADDING);
    }

    /** A request has begun. */
    public void begun() {
        add(loop, IN_FLIGHT, 1);
    }

    /** A request that had begun is over, however it ended. */
    public void ended() {
        add(loop, IN_FLIGHT, -1);
    }

    /**
     * An exchange has ended.
     *
     * @param series of {@link Counters#series}
     * @param status sent to the client, 100..599, or 0 when none was
     * @param durationNanos of the whole exchange
     */
    public void finished(int series, Outcome outcome, int status, long durationNanos) {
        long[] row = this.series.row(series);
        NumberedCells.add(row, ending(outcome, codeClass(status)), 1);
        NumberedCells.add(row, LATENCY + LatencyBuckets.of(durationNanos), 1);
        NumberedCells.add(row, DURATION, durationNanos);
    }

    /** A request or an answer was refused for what it is, for the reason of this number. */
    public void refused(int reason) {
        add(loop, REFUSED + reason, 1);
    }

    /** A unit was given a variant of the rollout of this number, for the reason of this number. */
    public void assigned(int rollout, int reason) {
        NumberedCells.add(assigned.row(rollout), PADDING + reason, 1);
    }

    long assignments(int rollout, int reason) {
        return assigned.read(rollout, PADDING + reason);
    }

    /** A request that is overdue at the canary of the rollout of this number stays there. */
    @SuppressWarnings("EnumOrdinal") // the place in an array of this process, never stored
    public void recallRefused(int rollout, RecallRefused why) {
        NumberedCells.add(recallsRefused.row(rollout), PADDING + why.ordinal(), 1);
    }

    @SuppressWarnings("EnumOrdinal")
    long recallsRefused(int rollout, RecallRefused why) {
        return recallsRefused.read(rollout, PADDING + why.ordinal());
    }

    /** Fields of a request were left out because of an underscore in their name. */
    public void fieldsDropped(int fields) {
        add(loop, FIELDS_DROPPED, fields);
    }

    long fieldsDropped() {
        return read(loop, FIELDS_DROPPED);
    }

    long inFlight() {
        return read(loop, IN_FLIGHT);
    }

    long refusals(int reason) {
        return read(loop, REFUSED + reason);
    }

    long count(int series, Outcome outcome, int codeClass) {
        return this.series.read(series, ending(outcome, codeClass));
    }

    long durationNanos(int series) {
        return this.series.read(series, DURATION);
    }

    void addLatency(int series, long[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += this.series.read(series, LATENCY + i);
        }
    }

    @SuppressWarnings("EnumOrdinal") // the place in an array of this process, never stored
    private static int ending(Outcome outcome, int codeClass) {
        return outcome.ordinal() * CODE_CLASSES + codeClass;
    }

    private static int codeClass(int status) {
        int hundreds = status / 100;
        return hundreds >= 1 && hundreds < CODE_CLASSES ? hundreds : 0;
    }

    private static long read(long[] cells, int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    private static void add(long[] cells, int cell, long n) {
        CELL.setOpaque(cells, cell, cells[cell] + n);
    }
}
