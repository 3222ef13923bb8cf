package io.crossfade.exchange;

import io.crossfade.admit.Breaker;
import io.crossfade.admit.RecallRefused;
import io.crossfade.admit.Recalls;
import io.crossfade.assign.Reason;
import io.crossfade.http.Peer;
import io.crossfade.http.RequestHead;
import io.crossfade.outcome.Outcome;
import io.crossfade.outcome.Statuses;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.upstream.UpstreamPool;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which variant of which route a request is for, and why: the rooms route, assign and admit, one after the other. One per exchange,
 * reused; event loop only.
 *
 * <p>What it finds in a snapshot holds to the end of the exchange, whatever snapshot is in force then.
 */
final class Assignment {
    /** What came of the search; all but the first refuse the request. */
    enum Found {
        ADMITTED,
        NO_ROUTE,
        /** The raw and the normal form of the path select different routes: no bypass, no surprise. */
        AMBIGUOUS_PATH,
        /** The body is announced to be larger than the route takes. */
        BODY_TOO_LARGE,
        /** The breaker of the variant is open. */
        BREAKER_OPEN
    }

    private final EdgeLoop loop;
    private Snapshot.@Nullable Route route;
    private Snapshot.@Nullable Target target;
    private boolean canary;
    private boolean admitted;

    /** Whether a recall was refused and counted. */
    private boolean recallRefused;

    private Reason reason = Reason.HASH;
    private long unit;
    private byte @Nullable [] mintedCookie;

    Assignment(EdgeLoop loop) {
        this.loop = loop;
    }

    /** The head is read during this call only. */
    Found find(RequestHead head, Snapshot snapshot, Peer peer) {
        clear();
        HeadFacts facts = loop.facts();
        Snapshot.Route matched = snapshot.match(facts.raw());
        if (head.pathNeedsNormalizing() && !Objects.equals(snapshot.match(facts.normalized()), matched)) {
            return Found.AMBIGUOUS_PATH;
        }
        if (matched == null) {
            return Found.NO_ROUTE;
        }
        route = matched;
        if (head.contentLength() > matched.maxBody()) {
            return Found.BODY_TOO_LARGE;
        }
        Snapshot.Target assigned = assign(matched, head, peer);
        admitted = admit(matched, assigned);
        Snapshot.RolloutView view = matched.view();
        if (view != null) {
            loop.assigned(view.number(), reason);
            view.recalls().asked(loop.number(), loop.clock().now());
        }
        return admitted ? Found.ADMITTED : Found.BREAKER_OPEN;
    }

    private Snapshot.Target assign(Snapshot.Route matched, RequestHead head, Peer peer) {
        Snapshot.RolloutView view = matched.view();
        Snapshot.Target canaryTarget = matched.canary();
        if (view == null || canaryTarget == null) {
            target = matched.baseline();
            return matched.baseline();
        }
        int source = UnitLookup.source(view.keys(), head);
        if (source >= 0) {
            reason = Reason.HASH;
            unit = UnitLookup.unit(view, source, head, peer);
        } else {
            UnitLookup.Minted minted = UnitLookup.mint(view, loop.random());
            unit = minted.unit();
            mintedCookie = minted.setCookie();
            reason = mintedCookie == null ? Reason.PER_REQUEST : Reason.MINTED;
        }
        canary = view.split().canary(unit);
        tellUnit(view);
        Snapshot.Target assigned = canary ? canaryTarget : matched.baseline();
        target = assigned;
        return assigned;
    }

    /** A key of one request names nobody who could come again, and would tell of our own random numbers. */
    private void tellUnit(Snapshot.RolloutView view) {
        if (reason != Reason.PER_REQUEST) {
            int weight = view.split().weight();
            loop.feed()
                    .assigned(view.number(), canary, weight, unit, loop.clock().now());
        }
    }

    /** While the canary's breaker is open, or its last failures are not judged yet, its users are answered by the baseline. */
    private boolean admit(Snapshot.Route matched, Snapshot.Target assigned) {
        boolean unjudged = canary && isUnjudged();
        if (!unjudged && gate(assigned).tryAcquire()) {
            return true;
        }
        if (canary && gate(matched.baseline()).tryAcquire()) {
            toBaseline(matched, unjudged ? Reason.UNJUDGED : Reason.BREAKER);
            return true;
        }
        return unjudged && gate(assigned).tryAcquire();
    }

    /**
     * Moves a request of the canary of this rollout to the baseline, when that one's breaker and waiting room let it in.
     *
     * @return whether the baseline has admitted it; if not nothing has changed
     */
    boolean recall(int rollout) {
        Snapshot.Route from = route;
        Snapshot.RolloutView view = from == null ? null : from.view();
        if (!canary || from == null || view == null || view.number() != rollout) {
            return false;
        }
        Snapshot.Target baseline = from.baseline();
        if (!pool(baseline).hasRoom() || !gate(baseline).tryAcquire()) {
            return false;
        }
        toBaseline(from, Reason.RECALLED);
        loop.assigned(rollout, reason);
        return true;
    }

    /** Whether bodies of the route may be silent for as long as they like. */
    boolean streams() {
        Snapshot.Route r = route;
        return r != null && r.streaming();
    }

    /** Whether what the canary has got may be asked of the baseline too. */
    boolean recallsWhatWasSent() {
        Snapshot.Route r = route;
        return r != null && r.recall();
    }

    /**
     * Moves a request that is overdue at the canary to the baseline, when that one is well, has room and lets it in.
     *
     * @return whether it has moved; if not nothing has changed, and it may be tried again
     */
    boolean recallOverdue(long now) {
        Snapshot.Route from = route;
        Snapshot.RolloutView view = from == null ? null : from.view();
        if (!canary || from == null || view == null) {
            throw new IllegalStateException("only what is at a canary is recalled from it");
        }
        RecallRefused why = refused(view.recalls(), from.baseline(), now);
        if (why == null) {
            view.recalls().recalled(loop.number(), now);
            toBaseline(from, Reason.OVERDUE);
            loop.assigned(view.number(), reason);
        } else if (!recallRefused) {
            recallRefused = true;
            loop.counters().recallRefused(view.number(), why);
        }
        return why == null;
    }

    private @Nullable RecallRefused refused(Recalls recalls, Snapshot.Target baseline, long now) {
        if (!recalls.isBudgetLeft(loop.number(), now)) {
            return RecallRefused.BUDGET;
        }
        if (recalls.isBaselineOverdue(now)) {
            return RecallRefused.BASELINE_OVERDUE;
        }
        if (!pool(baseline).isHalfEmpty()) {
            return RecallRefused.POOL;
        }
        return gate(baseline).tryAcquire() ? null : RecallRefused.BREAKER;
    }

    private void toBaseline(Snapshot.Route from, Reason why) {
        canary = false;
        reason = why;
        target = from.baseline();
    }

    void clear() {
        route = null;
        target = null;
        canary = false;
        admitted = false;
        recallRefused = false;
        mintedCookie = null;
    }

    /** Whether a variant was admitted, and hence called. */
    boolean isAdmitted() {
        return admitted;
    }

    /** Bytes of request body that the route takes, Long.MAX_VALUE for all. */
    long maxBody() {
        Snapshot.Route r = route;
        return r == null ? Long.MAX_VALUE : r.maxBody();
    }

    /** Number under which the exchange is counted. */
    int series() {
        Snapshot.Target t = target;
        return t == null ? EdgeLoop.UNROUTED_SERIES : t.series();
    }

    boolean isCanary() {
        return canary;
    }

    Reason reason() {
        return reason;
    }

    /** Hash of the unit key; of a route with a rollout only. */
    long unit() {
        return unit;
    }

    /** The line that gives a client without a key its own, or null. */
    byte @Nullable [] mintedCookie() {
        return mintedCookie;
    }

    /** The rollout of the route, or null. */
    Snapshot.@Nullable RolloutView view() {
        Snapshot.Route r = route;
        return r == null ? null : r.view();
    }

    /** Whether the canary's last failures are not judged yet. */
    boolean isUnjudged() {
        Snapshot.RolloutView view = view();
        return view != null && view.brake().holds();
    }

    /** Whether an answer with this status counts as failed. */
    boolean fails(int status) {
        Snapshot.RolloutView view = view();
        return (view == null ? Statuses.SERVER_ERRORS : view.judging().failed()).contains(status);
    }

    /** How an exchange ends whose answer is whole. */
    Outcome outcome(int status) {
        return fails(status) ? Outcome.FAILED_STATUS : status == 429 ? Outcome.RATE_LIMITED_429 : Outcome.OK;
    }

    Breaker.Gate gate() {
        return gate(target());
    }

    Snapshot.Upstream upstream() {
        return target().upstream();
    }

    /** This loop's own pool of the upstream. */
    UpstreamPool pool() {
        return pool(target());
    }

    /** Name of the breaker that refused. */
    String breaker() {
        return target().breaker().name();
    }

    private Snapshot.Target target() {
        Snapshot.Target t = target;
        if (t == null) {
            throw new IllegalStateException("no variant before the assignment");
        }
        return t;
    }

    private UpstreamPool pool(Snapshot.Target of) {
        return of.upstream().pool(loop.number());
    }

    private Breaker.Gate gate(Snapshot.Target of) {
        return of.gates()[loop.number()];
    }
}
