package io.crossfade.control;

import io.crossfade.rollout.RolloutState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rollouts to where the logs say they were: the journal gives phase, step and weight, the evidence log gives the
 * evidence. What was not recorded did not happen. Owned by the control thread.
 *
 * <p>Rollouts are independent, so each is replayed by itself: its events up to the sequence of an evidence line come before
 * that line. What belongs to names that nobody watches is kept for the day when the configuration names them.
 */
final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final Map<String, Story> stories = new HashMap<>();
    private final List<JournalLine> last;
    private final @Nullable Opening opening;
    private long endMillis;

    /** What the logs have of one rollout. */
    private static final class Story {
        @Nullable
        Standing start;

        final List<JournalLine> events = new ArrayList<>();
        final List<EvidenceLine> evidence = new ArrayList<>();
    }

    Recovery(JournalStory journal, List<EvidenceLine> evidence) {
        List<JournalLine> events = journal.lines();
        opening = journal.opening();
        endMillis = journal.startMillis();
        for (Standing standing : journal.start()) {
            story(standing.rollout()).start = standing;
        }
        for (JournalLine line : events) {
            story(line.rollout()).events.add(line);
            endMillis = Math.max(endMillis, line.event().nowMillis());
        }
        last = List.copyOf(events.subList(Math.max(0, events.size() - RecentEvents.CAPACITY), events.size()));
        for (EvidenceLine line : evidence) {
            if (line instanceof EvidenceLine.Seen seen) {
                story(seen.rollout()).evidence.add(line);
            } else if (line instanceof EvidenceLine.Checkpoint checkpoint) {
                story(checkpoint.rollout()).evidence.add(line);
            }
            endMillis = Math.max(endMillis, line.nowMillis());
        }
    }

    /** The instant up to which time had passed. */
    long endMillis() {
        return endMillis;
    }

    /** Tells the last events of the journal, and that it was accepted where it begins so. */
    void remind(RecentEvents recent) {
        if (opening != null && opening.accepted() != null) {
            String json = new String(opening.object(), StandardCharsets.UTF_8);
            recent.add(new ControlApi.JournaledEvent(opening.sequence(), Opening.ACCEPTED, "", json));
        }
        last.forEach(line -> recent.add(line.journaled()));
    }

    /** The rollouts whose story nobody has asked for, and where each stands. */
    Map<String, RolloutState> untold() {
        Map<String, RolloutState> states = new TreeMap<>();
        stories.forEach((name, story) -> states.put(name, state(story)));
        return states;
    }

    private static RolloutState state(Story story) {
        Standing start = story.start;
        RolloutState state = start == null ? RolloutState.draft() : RolloutState.of(start.state());
        for (JournalLine line : story.events) {
            state = state.apply(line.event());
        }
        return state;
    }

    /** Adds the newest line of a rollout whose story is untold. */
    void add(JournalLine line) {
        story(line.rollout()).events.add(line);
    }

    /** Brings a rollout that has just been made to where it was; its story is told once. */
    void replay(Watch watch) {
        Story story = stories.remove(watch.name());
        if (story == null) {
            return;
        }
        if (story.start != null) {
            watch.stand(story.start);
        }
        int next = 0;
        for (EvidenceLine line : story.evidence) {
            while (next < story.events.size() && story.events.get(next).sequence() <= line.sequence()) {
                watch.apply(story.events.get(next++));
            }
            replay(watch, line);
        }
        while (next < story.events.size()) {
            watch.apply(story.events.get(next++));
        }
    }

    private static void replay(Watch watch, EvidenceLine line) {
        if (line instanceof EvidenceLine.Seen seen) {
            watch.rollout().see(seen.batch());
        } else if (line instanceof EvidenceLine.Checkpoint checkpoint
                && !watch.rollout().evidence().restore(checkpoint.memory())) {
            log.warn("{}: the analysis settings have changed, evidence begins anew", watch.name());
        }
    }

    private Story story(String rollout) {
        return stories.computeIfAbsent(rollout, name -> new Story());
    }
}
