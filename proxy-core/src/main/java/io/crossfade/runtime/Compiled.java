package io.crossfade.runtime;

import io.crossfade.admit.Breaker;
import io.crossfade.admit.Recalls;
import io.crossfade.config.Config;
import io.crossfade.control.Numbered;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.upstream.UpstreamPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A configuration as the data plane and the control thread take it.
 *
 * @param snapshot every rollout in it is at weight 0
 * @param upstreams by name, also those that no route leads to
 * @param guards by the name of the breaker
 * @param recalls by the name of the rollout
 * @param rollouts in the order of the configuration
 * @param series by rollout, the numbers under which the routes of its variants are counted
 */
record Compiled(
        Config config,
        Snapshot snapshot,
        Map<String, Pooled> upstreams,
        Map<String, Guard> guards,
        Map<String, Recalls> recalls,
        List<Numbered> rollouts,
        Map<String, Series> series) {
    private static final List<String> WORST_FIRST = List.of("open", "half_open", "closed");

    /** Where the exchanges of a rollout are counted. */
    record Series(List<Integer> baseline, List<Integer> canary) {
        Series() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** An upstream with what its pools were made of: as long as that is equal they are kept. */
    record Pooled(List<Object> madeOf, Snapshot.Upstream upstream) {}

    /** The worst state of the breakers that guard each upstream, by its name. */
    Map<String, String> breakerStates() {
        Map<String, String> states = new HashMap<>();
        for (Guard guard : guards.values()) {
            states.merge(
                    String.valueOf(guard.madeOf().get(0)),
                    guard.breaker().state(),
                    (one, other) -> WORST_FIRST.indexOf(one) < WORST_FIRST.indexOf(other) ? one : other);
        }
        return states;
    }

    /** A breaker with what it was made of, the upstream's name first, and the gates that each event loop has for as long as the breaker lives. */
    record Guard(List<Object> madeOf, Breaker breaker, Breaker.Gate[] gates) {}

    /** Connections of an upstream on all loops, as of their last sweeps. */
    UpstreamPool.Census census(String upstream) {
        int busy = 0;
        int idle = 0;
        Pooled pooled = upstreams.get(upstream);
        for (UpstreamPool pool :
                pooled == null ? List.<UpstreamPool>of() : pooled.upstream().pools()) {
            UpstreamPool.Census c = pool.census();
            busy += c.busy();
            idle += c.idle();
        }
        return new UpstreamPool.Census(busy, idle);
    }

    /** The pools of one event loop that are here and not there. */
    List<UpstreamPool> poolsWithout(Compiled other, int loop) {
        Set<UpstreamPool> known = Collections.newSetFromMap(new IdentityHashMap<>());
        other.upstreams.values().forEach(pooled -> known.add(pooled.upstream().pool(loop)));
        List<UpstreamPool> here = new ArrayList<>();
        for (Pooled pooled : upstreams.values()) {
            UpstreamPool pool = pooled.upstream().pool(loop);
            if (!known.contains(pool)) {
                here.add(pool);
            }
        }
        return here;
    }
}
