package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Measured;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A metric that is surely beyond its alert is told once, and once more when that is over. No weight moves by it, and it comes last: what
 * moves users goes first.
 *
 * <p>It begins when the whole confidence interval of {@link Measured} is beyond the level. It ends, after five minutes at least, when the
 * value is better than the level by a fifth, now and over five minutes; or when nobody looks any more. What is not known changes nothing.
 */
final class Alerts implements Rule {
    private static final long LEAST_MILLIS = 300_000;

    @Override
    public Optional<List<Event>> decide(Situation at) {
        if (at.plan().levels().isEmpty() && !at.state().alerted()) {
            return Optional.empty();
        }
        List<Event> events = Metrics.ALL.stream()
                .flatMap(metric -> follow(at, metric).stream())
                .toList();
        return events.isEmpty() ? Optional.empty() : Optional.of(events);
    }

    private static Optional<Event> follow(Situation at, Metric metric) {
        Double alert = at.plan().levels(metric).map(Levels::alert).orElse(null);
        boolean raised = at.state().alertSinceMillis(metric) != RolloutState.NEVER;
        if (!at.state().watched()) {
            return raised ? Optional.of(ended(at, metric, "the canary is not watched any more")) : Optional.empty();
        }
        if (alert == null || !at.evidence().judges(metric)) {
            return raised
                    ? Optional.of(ended(at, metric, "the configuration has no alert for it any more"))
                    : Optional.empty();
        }
        Optional<Measured> measured = at.evidence().measured(metric);
        return raised
                ? measured.filter(now -> old(at, metric) && now.backAt(alert))
                        .map(now -> ended(at, metric, Levels.back(metric, now, alert)))
                : measured.filter(now -> now.beyond(alert)).map(now -> raised(at, metric, now, alert));
    }

    private static boolean old(Situation at, Metric metric) {
        return at.now() - at.state().alertSinceMillis(metric) >= LEAST_MILLIS;
    }

    private static Event raised(Situation at, Metric metric, Measured now, double alert) {
        Stream<String> seen =
                Stream.of(Levels.beyond(metric, now, alert), at.evidence().seen(metric));
        Stream<String> stays = Stream.of("weight stays " + at.weight() + ": no weight moves by an alert");
        List<String> lines = Stream.of(seen, at.aim(metric).stream(), stays)
                .flatMap(each -> each)
                .toList();
        Map<String, Double> numbers = Map.of("value", now.value(), "best", now.best(), "alert", alert);
        return new Event.AlertRaised(at.now(), metric.word(), lines, numbers);
    }

    private static Event ended(Situation at, Metric metric, String why) {
        String lasted = "raised for " + Words.time(at.now() - at.state().alertSinceMillis(metric));
        return new Event.AlertEnded(at.now(), metric.word(), List.of(why, lasted));
    }
}
