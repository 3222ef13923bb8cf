package io.crossfade.control;

import io.crossfade.rollout.RolloutState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rollouts to where the logs say they were: the journal gives phase, step and weight, the evidence log gives the
 * evidence. What was not recorded did not happen. Owned by the control thread.
 *
 * <p>Rollouts are independent, so each has its own events up to the sequence of an evidence line before that line. The evidence is
 * read once, line by line, and kept nowhere. What belongs to names that nobody watches is kept, up to a bound, for the day when the
 * configuration names them.
 */
final class Recovery {
    /** Lines of evidence that are kept for names that nobody watches; beyond it their evidence begins anew. */
    static final int MOST_KEPT = 16_384;

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final Map<String, Story> stories = new HashMap<>();
    private final Evidence evidence;
    private final List<JournalLine> last;
    private final @Nullable Opening opening;
    private boolean read;
    private int kept;
    private long endMillis;

    /** Where evidence comes from. */
    interface Evidence {
        /** None at all. */
        Evidence NONE = new Evidence() {
            @Override
            public void read(Reader reader) {}

            @Override
            public Optional<CheckpointFile> saved(String rollout) {
                return Optional.empty();
            }

            @Override
            public void knownUpTo(long number) {}
        };

        void read(Reader reader);

        Optional<CheckpointFile> saved(String rollout);

        /** A checkpoint knows lines up to this number, whether or not they are left in the log. */
        void knownUpTo(long number);
    }

    /** Gets each line in its order. */
    interface Reader {
        void line(long number, EvidenceLine line);
    }

    /** Whoever is told the story of a rollout: its events and its evidence, in the order in which they came. */
    interface Hearer {
        /** The story begins here: what was before it is not told. */
        void stand(Standing start);

        void hear(JournalLine line);

        void hear(EvidenceLine line);
    }

    /** Brings a rollout's watch to where it was. */
    private record Reviving(Watch watch) implements Hearer {
        @Override
        public void stand(Standing start) {
            watch.stand(start);
        }

        @Override
        public void hear(JournalLine line) {
            watch.apply(line);
        }

        @Override
        public void hear(EvidenceLine line) {
            if (line instanceof EvidenceLine.Seen seen) {
                watch.rollout().see(seen.batch());
            } else if (line instanceof EvidenceLine.Epoch) {
                watch.rollout().forgetUnits();
            } else if (line instanceof EvidenceLine.Checkpoint checkpoint
                    && !watch.rollout().evidence().restore(checkpoint.memory())) {
                log.warn("{}: the analysis settings have changed, evidence begins anew", watch.name());
            }
        }
    }

    /** What the logs have of one rollout, and how much of it has been told. */
    private static final class Story {
        @Nullable
        Standing start;

        final List<JournalLine> events = new ArrayList<>();
        final List<EvidenceParser.Numbered> evidence = new ArrayList<>();

        @Nullable
        Hearer hearer;

        int next;
        long through = -1;

        void tell(EvidenceLine line) {
            if (hearer != null) {
                eventsUpTo(line.sequence());
                hearer.hear(line);
            }
        }

        void eventsUpTo(long sequence) {
            while (hearer != null && next < events.size() && events.get(next).sequence() <= sequence) {
                hearer.hear(events.get(next++));
            }
        }
    }

    Recovery(JournalStory journal, Evidence evidence) {
        this.evidence = evidence;
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
    }

    /** The instant up to which time had passed; known when rollouts have been replayed once. */
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

    /** Brings rollouts that have just been made to where they were; the story of a name is told once. */
    void replay(Collection<Watch> watches) {
        Map<String, Hearer> hearers = new LinkedHashMap<>();
        watches.forEach(watch -> hearers.put(watch.name(), new Reviving(watch)));
        tell(hearers);
    }

    /** Tells each of these, by the name of its rollout, the story of that; once. */
    void tell(Map<String, ? extends Hearer> hearers) {
        List<Story> told = new ArrayList<>();
        hearers.forEach((name, hearer) -> {
            Story story = story(name);
            story.hearer = hearer;
            told.add(story);
            begin(name, story, hearer);
        });
        if (!read) {
            read = true;
            evidence.read(this::line);
        }
        for (Story story : told) {
            story.evidence.stream()
                    .filter(line -> line.number() > story.through)
                    .forEach(line -> story.tell(line.line()));
            story.eventsUpTo(Long.MAX_VALUE);
        }
        hearers.keySet().forEach(stories::remove);
    }

    private void begin(String name, Story story, Hearer hearer) {
        if (story.start != null) {
            hearer.stand(story.start);
        }
        evidence.saved(name).ifPresent(file -> {
            evidence.knownUpTo(file.through());
            endMillis = Math.max(endMillis, file.checkpoint().nowMillis());
            story.through = file.through();
            story.tell(file.checkpoint());
        });
    }

    private void line(long number, EvidenceLine line) {
        endMillis = Math.max(endMillis, line.nowMillis());
        Story story = line.rollout().isEmpty() ? null : story(line.rollout());
        if (story == null || number <= story.through) {
            return;
        }
        if (story.hearer != null) {
            story.tell(line);
        } else if (kept < MOST_KEPT) {
            kept++;
            story.evidence.add(new EvidenceParser.Numbered(number, line));
        }
    }

    private Story story(String rollout) {
        return stories.computeIfAbsent(rollout, name -> new Story());
    }
}
