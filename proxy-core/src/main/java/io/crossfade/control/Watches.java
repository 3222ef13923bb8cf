package io.crossfade.control;

import io.crossfade.rollout.Event;
import io.crossfade.rollout.Rollout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rollouts that are watched, by number and in the order of the configuration; owned by the control thread. */
final class Watches {
    private static final Logger log = LoggerFactory.getLogger(Watches.class);

    private final Means means;
    private Recovery recovery;
    private final Map<Integer, Watch> retired = new HashMap<>();
    private Map<Integer, Watch> watched = new LinkedHashMap<>();

    Watches(Means means, Recovery recovery) {
        this.means = means;
        this.recovery = recovery;
    }

    Collection<Watch> all() {
        return watched.values();
    }

    /** Those that may come back too. */
    Collection<Watch> known() {
        if (retired.isEmpty()) {
            return all();
        }
        List<Watch> known = new ArrayList<>(all());
        known.addAll(retired.values());
        return known;
    }

    @Nullable
    Watch numbered(int number) {
        return watched.get(number);
    }

    Optional<Watch> named(String name) {
        return all().stream().filter(watch -> watch.name().equals(name)).findFirst();
    }

    /**
     * Why this cannot be configured; empty when it can.
     *
     * @param rollouts as for {@link #configure}
     */
    Optional<String> mistake(List<Numbered> rollouts) {
        for (Numbered rollout : rollouts) {
            Watch known = watched.getOrDefault(rollout.number(), retired.get(rollout.number()));
            if (known != null && !known.name().equals(rollout.plan().name())) {
                return Optional.of("number " + rollout.number() + ": "
                        + rollout.plan().name() + " (expected: " + known.name() + ")");
            }
        }
        return Optional.empty();
    }

    /** Watches these and no others from now on; returns those whose weights are to be put in force. */
    List<Watch> configure(List<Numbered> rollouts) {
        Map<Integer, Watch> next = new LinkedHashMap<>();
        List<Watch> fresh = new ArrayList<>();
        List<Watch> made = new ArrayList<>();
        for (Numbered rollout : rollouts) {
            Watch known = watched.get(rollout.number());
            Watch watch = known == null ? begin(rollout, made) : known;
            if (known == null) {
                fresh.add(watch);
            }
            next.put(rollout.number(), watch);
        }
        replay(made);
        long now = means.timeline().nowMillis();
        for (Numbered rollout : rollouts) {
            Watch watch = Objects.requireNonNull(next.get(rollout.number()));
            if (!watch.rollout().plan().equals(rollout.plan())) {
                watch.goOnUnder(rollout.plan());
            }
            watch.takeUp(now);
        }
        for (Watch watch : all()) {
            if (!next.containsKey(watch.number())) {
                watch.leave(now);
                retired.put(watch.number(), watch);
            }
        }
        watched = next;
        return fresh;
    }

    /** Takes all of them up anew from another ledger; returns them, because their weights are to be put in force. */
    List<Watch> recover(Recovery from) {
        recovery = from;
        retired.clear();
        watched.replaceAll((number, watch) ->
                new Watch(new Numbered(number, watch.rollout().plan()), means));
        replay(all());
        long now = means.timeline().nowMillis();
        all().forEach(watch -> watch.takeUp(now));
        dismissUnnamed(now);
        return List.copyOf(all());
    }

    private void replay(Collection<Watch> made) {
        recovery.replay(made);
        made.forEach(Watch::replayed);
        means.timeline().atLeast(recovery.endMillis());
    }

    /** Rollouts of the journal that the configuration does not name were taken out of it while nobody looked: the journal says so. */
    void dismissUnnamed(long now) {
        recovery.untold().forEach((name, state) -> {
            List<Event> events = Rollout.leave(state, now);
            if (!events.isEmpty()) {
                dismiss(Move.of(name, state, events), now);
            }
        });
    }

    private void dismiss(Move move, long now) {
        Ledger.Entry entry = means.ledger().number(move, means.timeline().wall());
        means.ledger().commit(entry, now, Ledger.Answer.NOTHING_FOLLOWS);
        for (JournalLine line : entry.lines()) {
            log.info("{}: {}, the configuration does not name it any more", line.rollout(), line.type());
            recovery.add(line);
            means.recent().add(line.journaled());
        }
    }

    private Watch begin(Numbered rollout, List<Watch> made) {
        Watch before = retired.remove(rollout.number());
        if (before != null) {
            return before;
        }
        Watch watch = new Watch(rollout, means);
        made.add(watch);
        return watch;
    }
}
