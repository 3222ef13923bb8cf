package io.crossfade.admit;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A circuit breaker of Resilience4j that costs next to nothing while it is closed.
 *
 * <p>Each event loop has its own {@link Gate}. Closed, a gate asks one volatile flag and counts its successes for itself.
 * A failure first hands over the successes that all gates have counted since the last one, at most a window full (older
 * ones would have left the window again), and then itself; so the window sees the same calls as if each had been
 * reported, and the breaker opens within the call that trips it. It never opens by a success.
 *
 * <p>Whatever is not a success of a closed breaker goes through one lock. Hence all transitions happen under it, the flag
 * changes with them, and a result is set against a trial only if its gate has taken one in this very half-open period:
 * what began before says nothing about now and gives no permission back. No thread or timer is used.
 */
public final class Breaker {
    private static final VarHandle SUCCESSES;

    static {
        try {
            SUCCESSES = MethodHandles.lookup().findVarHandle(Gate.class, "successes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Resilience4j wants an exception to count; it never looks at it. */
    private final Exception failure = new Failure();

    private final CircuitBreaker breaker;
    private final int window;
    private final Object lock = new Object();
    private final List<Gate> gates = new ArrayList<>();

    /** Written under the lock only, together with the state. */
    private volatile boolean closed = true;

    /** How many of the gates' successes the window has seen or will never see. Under the lock. */
    private long handedOver;

    /** Number of the half-open period. Under the lock. */
    private int period;

    private long notPermitted;

    /**
     * @param failureRate share of failures in the window that opens the breaker, above 0 up to 1
     * @param window how many of the last calls are looked at
     * @param minimumCalls how many of them there must be before the share means anything
     * @param openFor how long it stays open before trials are let through
     * @param halfOpenCalls how many trials decide whether it closes again
     */
    public Breaker(String name, double failureRate, int window, int minimumCalls, Duration openFor, int halfOpenCalls) {
        this(name, failureRate, window, minimumCalls, openFor, halfOpenCalls, Clock.systemUTC());
    }

    /** @param clock says when an open breaker may be tried again */
    public Breaker(
            String name,
            double failureRate,
            int window,
            int minimumCalls,
            Duration openFor,
            int halfOpenCalls,
            Clock clock) {
        if (!(failureRate > 0 && failureRate <= 1)) {
            throw new IllegalArgumentException("failureRate: " + failureRate + " (expected: above 0 up to 1)");
        }
        this.window = window;
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .failureRateThreshold((float) (failureRate * 100))
                        .slidingWindow(window, minimumCalls, SlidingWindowType.COUNT_BASED)
                        .waitDurationInOpenState(openFor)
                        .permittedNumberOfCallsInHalfOpenState(halfOpenCalls)
                        .automaticTransitionFromOpenToHalfOpenEnabled(false)
                        .clock(clock)
                        .build());
    }

    /** A new view for one event loop, which alone may call it. Made once per loop, for as long as the breaker lives. */
    public Gate gate() {
        Gate gate = new Gate();
        synchronized (lock) {
            gates.add(gate);
        }
        return gate;
    }

    public String name() {
        return breaker.getName();
    }

    /** closed, open or half_open; any thread. An open breaker stays open until it is asked after its time. */
    public String state() {
        return breaker.getState().name().toLowerCase(Locale.ROOT);
    }

    /** Percent of failures in the window, 0..100, or -1 while there are fewer calls than the minimum; any thread. */
    public float failureRate() {
        synchronized (lock) {
            if (closed) {
                handOverSuccesses();
            }
            return breaker.getMetrics().getFailureRate();
        }
    }

    /** Calls refused since the start; any thread. */
    public long notPermitted() {
        synchronized (lock) {
            return notPermitted;
        }
    }

    private long counted() {
        long sum = 0;
        for (Gate gate : gates) {
            sum += (long) SUCCESSES.getOpaque(gate);
        }
        return sum;
    }

    /** A success that completes the minimum would open the breaker of Resilience4j, late as it comes here: then all is forgotten. */
    private void handOverSuccesses() {
        long counted = counted();
        long successes = counted - handedOver;
        handedOver = counted;
        if (successes >= window) {
            breaker.reset(); // no older call would be in the window any more
        }
        for (long i = Math.min(successes, window); i > 0; i--) {
            breaker.onSuccess(0, NANOSECONDS);
        }
        if (breaker.getState() != State.CLOSED) {
            breaker.reset();
        }
    }

    /** Follows the state after anything that may have changed it. */
    private void follow() {
        boolean nowClosed = breaker.getState() == State.CLOSED;
        if (nowClosed == closed) {
            return;
        }
        if (nowClosed) {
            handedOver = counted(); // what slipped in during the transition belongs to no window
        }
        closed = nowClosed;
    }

    /**
     * One event loop's way to the breaker. After a {@link #tryAcquire} that says yes, exactly one of {@link #success},
     * {@link #failure} and {@link #cancel} follows, as early as the answer shows which: a trial that stays undecided keeps
     * a half-open breaker from deciding.
     */
    public final class Gate {
        @SuppressWarnings("UnusedVariable") // through SUCCESSES
        private long successes;

        private int trials;
        private int trialsPeriod;

        private Gate() {}

        /** Whether a call may go now. */
        public boolean tryAcquire() {
            return closed || tryTrial();
        }

        /** The call went well. */
        public void success() {
            if (closed) {
                SUCCESSES.setOpaque(this, successes + 1);
                return;
            }
            synchronized (lock) {
                if (endTrial()) {
                    breaker.onSuccess(0, NANOSECONDS);
                    follow();
                }
            }
        }

        /** The call failed; the breaker may be open when this returns. */
        public void failure() {
            synchronized (lock) {
                if (closed) {
                    handOverSuccesses();
                    breaker.onError(0, NANOSECONDS, failure);
                } else if (endTrial()) {
                    breaker.onError(0, NANOSECONDS, failure);
                }
                follow();
            }
        }

        /** The call was not made, or its end says nothing about the upstream: the client went away. */
        public void cancel() {
            if (closed) {
                return;
            }
            synchronized (lock) {
                if (endTrial()) {
                    breaker.releasePermission();
                }
            }
        }

        private boolean tryTrial() {
            synchronized (lock) {
                boolean wasOpen = breaker.getState() == State.OPEN;
                boolean permitted = breaker.tryAcquirePermission();
                if (wasOpen && breaker.getState() == State.HALF_OPEN) {
                    period++;
                }
                if (!permitted) {
                    notPermitted++;
                } else if (!closed) {
                    beginTrial();
                }
                return permitted;
            }
        }

        private void beginTrial() {
            if (trialsPeriod != period) {
                trialsPeriod = period;
                trials = 0;
            }
            trials++;
        }

        private boolean endTrial() {
            if (breaker.getState() != State.HALF_OPEN || trialsPeriod != period || trials == 0) {
                return false;
            }
            trials--;
            return true;
        }
    }

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure() {
            super("failure", null, false, false);
        }
    }
}
