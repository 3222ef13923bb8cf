package io.crossfade.observe;

import io.crossfade.outcome.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The counters of one event loop, which alone writes them; {@link Counters} reads them from any thread.
 *
 * <p>A series, which is a route and a variant, has one array: how exchanges ended by outcome and class of status, the
 * histogram of their durations, and the sum of these. The loop makes it at the first exchange of the series. Cells are written
 * and read opaque: a reader may see one counter a moment before another, but never half of one nor one that goes back.
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
    private static final VarHandle SERIES = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final long[] UNUSED = {};

    private final long[] loop;
    private final int assigned;
    private final int assignmentReasons;
    private volatile long[][] allSeries = {};

    LoopCounters(int refusalReasons, int rollouts, int assignmentReasons) {
        this.assigned = REFUSED + refusalReasons;
        this.assignmentReasons = assignmentReasons;
        this.loop = new long[assigned + rollouts * assignmentReasons + PADDING];
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
        long[] cells = cells(series);
        add(cells, ending(outcome, codeClass(status)), 1);
        add(cells, LATENCY + LatencyBuckets.of(durationNanos), 1);
        add(cells, DURATION, durationNanos);
    }

    /** A request or an answer was refused for what it is, for the reason of this number. */
    public void refused(int reason) {
        add(loop, REFUSED + reason, 1);
    }

    /** A unit was given a variant of the rollout of this number, for the reason of this number. */
    public void assigned(int rollout, int reason) {
        add(loop, assigned + rollout * assignmentReasons + reason, 1);
    }

    long assignments(int rollout, int reason) {
        return read(loop, assigned + rollout * assignmentReasons + reason);
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
        return read(series, ending(outcome, codeClass));
    }

    long durationNanos(int series) {
        return read(series, DURATION);
    }

    void addLatency(int series, long[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += read(series, LATENCY + i);
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

    private long[] cells(int series) {
        long[][] all = allSeries;
        return series < all.length && all[series].length > 0 ? all[series] : open(series);
    }

    private long[] open(int series) {
        long[][] all = allSeries;
        if (series >= all.length) {
            all = Arrays.copyOf(all, Math.max(series + 1, all.length * 2));
            Arrays.fill(all, allSeries.length, all.length, UNUSED);
        }
        long[] cells = new long[CELLS];
        SERIES.setRelease(all, series, cells);
        allSeries = all;
        return cells;
    }

    private long read(int series, int cell) {
        long[][] all = allSeries;
        if (series >= all.length) {
            return 0;
        }
        long[] cells = (long[]) SERIES.getAcquire(all, series);
        return cells.length == 0 ? 0 : read(cells, cell);
    }

    private static long read(long[] cells, int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    private static void add(long[] cells, int cell, long n) {
        CELL.setOpaque(cells, cell, cells[cell] + n);
    }
}
