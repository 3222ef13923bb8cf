package io.crossfade.control;

import io.crossfade.rollout.Event;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Phase;
import io.crossfade.rollout.RolloutState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where every rollout stands at the end of the journal, told by its lines alone; owned by the thread that reads or writes it. */
final class Standings {
    private final Map<String, Told> told = new TreeMap<>();
    private long nowMillis;

    private static final class Told {
        RolloutState state = RolloutState.draft();
        Chronicle chronicle = new Chronicle(Instant.EPOCH);

        void note(JournalLine line) {
            RolloutState before = state;
            state = state.apply(line.event());
            chronicle.note(line, before, state);
        }
    }

    /** The instant up to which time had passed. */
    long nowMillis() {
        return nowMillis;
    }

    void begin(long startMillis, List<Standing> start) {
        nowMillis = startMillis;
        for (Standing standing : start) {
            Told of = new Told();
            of.state = RolloutState.of(standing.state());
            of.chronicle = Chronicle.of(standing);
            told.put(standing.rollout(), of);
        }
    }

    void note(JournalLine line) {
        nowMillis = Math.max(nowMillis, line.event().nowMillis());
        told.computeIfAbsent(line.rollout(), name -> new Told()).note(line);
    }

    /** Takes everybody who is under way, or never was, to the baseline, because the journal that knows was damaged. */
    void rollBack(Collection<String> rollouts, long sequence, Instant at, String why) {
        long now = nowMillis;
        rollouts.forEach(name -> told.computeIfAbsent(name, unknown -> new Told()));
        told.forEach((name, of) -> {
            if (of.state.phase().active() || of.state.phase() == Phase.DRAFT) {
                Event back = new Event.RolledBack(now, Mode.IMMEDIATE, "journal-accepted", List.of(why), Map.of());
                of.note(JournalLine.of(sequence, at, name, back, false));
            }
        });
    }

    List<Standing> all() {
        List<Standing> all = new ArrayList<>();
        told.forEach((name, of) -> all.add(of.chronicle.standing(name, of.state)));
        return all;
    }
}
