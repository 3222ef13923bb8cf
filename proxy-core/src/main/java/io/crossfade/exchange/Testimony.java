package io.crossfade.exchange;

import io.crossfade.observe.Feed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.outcome.AnswerClass;
import io.crossfade.outcome.Outcome;
import io.crossfade.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * What one exchange tells of its variant: at its end, and once before when it is overdue. Only of a route with a rollout, and only
 * when a variant was called. One per exchange, reused; event loop only.
 *
 * <p>Whether its latency is told is decided before anything is known of it: it is when the exchange is its unit's first in a minute.
 */
final class Testimony {
    /** So many times its margin is a canary allowed whose endpoint is warming up. */
    private static final long WARMUP_FACTOR = 5;

    private final int loop;
    private final Feed.Loop feed;
    private final Assignment assignment;

    private Snapshot.@Nullable RolloutView view;
    private long startNanos;

    /** Whether this is a trial of which nothing was told yet. */
    private boolean trial;

    /** Whether the exchange was found overdue at the variant it is at. */
    private boolean overdue;

    /** Whether the answer comes in pieces, and a silence between them may be slow. */
    private boolean inPieces;

    /** Between two pieces, as far as sweeps have seen it. */
    private long longestSilence;

    /** Whether the request allows content in its answer. */
    private boolean expectsContent;

    Testimony(EdgeLoop loop, Assignment assignment) {
        this.loop = loop.number();
        this.feed = loop.feed();
        this.assignment = assignment;
    }

    /** A variant is about to be called; {@code startNanos} is when the exchange began. */
    void begin(long startNanos, boolean headRequest) {
        Snapshot.RolloutView of = assignment.view();
        this.startNanos = startNanos;
        view = of;
        overdue = false;
        inPieces = false;
        longestSilence = 0;
        expectsContent = !headRequest;
        trial = of != null
                && assignment.reason().randomised()
                && feed.trial(of.number(), assignment.unit(), startNanos);
    }

    /**
     * Looks at an exchange that nobody but its endpoint keeps waiting, and tells when it has become overdue.
     *
     * @return whether it is
     */
    boolean isOverdue(Try attempt, long now) {
        Snapshot.RolloutView of = view;
        if (of == null || overdue) {
            return overdue;
        }
        long elapsed = now - startNanos;
        long allowed = allowed(of, elapsed, attempt);
        overdue = feed.isOverdue(of.number(), assignment.isCanary(), elapsed, allowed);
        if (overdue && trial) {
            trial = false;
            feed.overdue(of.number(), who(of), assignment.unit(), allowed, now);
        }
        if (overdue && !assignment.isCanary()) {
            of.recalls().baselineOverdue(loop, now);
        }
        return overdue;
    }

    /** The request goes to the baseline now: what comes of it there says nothing of the canary, and nothing of latency. */
    void moved(long now) {
        startNanos = now;
        overdue = false;
        trial = false;
    }

    /**
     * The head of an answer has come, and more follows.
     *
     * @param stream whether it may be silent for as long as it likes
     */
    void answering(boolean stream) {
        inPieces = !stream;
    }

    /** Looks at a body of which nothing has come for so long though the client would take it, and tells when it has stalled. */
    void silent(Try attempt, long nanos, long now) {
        Snapshot.RolloutView of = view;
        if (of == null || !inPieces) {
            return;
        }
        longestSilence = Math.max(longestSilence, nanos);
        if (trial && feed.isStalled(of.number(), assignment.isCanary(), nanos, allowed(of, nanos, attempt))) {
            trial = false;
            feed.stalled(of.number(), who(of), assignment.unit(), now);
        }
    }

    /**
     * The exchange has ended.
     *
     * @param attempt what became of it at the endpoint
     */
    void ended(Outcome outcome, Try attempt, long now) {
        Snapshot.RolloutView of = view;
        view = null;
        if (of == null) {
            return;
        }
        int who = who(of);
        if (outcome.failure()) {
            feed.failed(of.number(), who, assignment.unit(), now);
        } else if (outcome == Outcome.OK || outcome == Outcome.RATE_LIMITED_429) {
            answered(of, who, attempt, now);
            if (outcome == Outcome.OK) {
                succeeded(of, who, attempt, now);
            }
        } else if (outcome == Outcome.CLIENT_ABORT && !attempt.answered() && randomised()) {
            feed.gaveUp(of.number(), who, trial, assignment.unit(), allowed(of, now - startNanos, attempt), now);
        }
    }

    private void succeeded(Snapshot.RolloutView of, int who, Try attempt, long now) {
        long latency = (attempt.answered() ? attempt.headNanos() : now) - startNanos;
        feed.succeeded(of.number(), who, trial, assignment.unit(), allowed(of, latency, attempt), now);
        if (!assignment.isCanary()) {
            feed.witness(of.number(), startNanos);
            if (inPieces && randomised()) {
                feed.gap(of.number(), longestSilence);
            }
            if (!overdue) {
                of.recalls().baselineAnswered(loop, now);
            }
        }
    }

    private void answered(Snapshot.RolloutView of, int who, Try attempt, long now) {
        int status = attempt.status();
        int number = AnswerClass.number(status, expectsContent && !attempt.hadContent());
        if (number != AnswerClass.NONE && randomised()) {
            feed.answered(of.number(), who, number, AnswerClass.turnsAway(status), assignment.unit(), now);
        }
    }

    private boolean randomised() {
        return assignment.reason().randomised();
    }

    private int who(Snapshot.RolloutView of) {
        return Observed.who(assignment.isCanary(), randomised(), of.split().weight());
    }

    /** The canary's margin is greater while its endpoint is warming up. */
    private long allowed(Snapshot.RolloutView of, long latency, Try attempt) {
        boolean warmsUp = assignment.isCanary()
                && startNanos - attempt.endpointSinceNanos() < of.judging().warmupNanos();
        return warmsUp ? latency / WARMUP_FACTOR : latency;
    }
}
