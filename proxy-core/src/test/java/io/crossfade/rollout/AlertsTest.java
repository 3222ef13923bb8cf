package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often an alert comes and goes over hours, by how often the canary really fails. */
final class AlertsTest {
    private static final int HOURS = 6;
    private static final int PER_SECOND = 100;
    private static final double ALERT = 0.005;
    private static final long FIVE_MINUTES = 300_000;

    private final List<Event> told = new ArrayList<>();

    /** Rates in parts of the alert; a rate that lies on it for ever is the worst there is. */
    @ParameterizedTest(name = "{0} of the alert: {1}..{2} alerts in {3} runs of six hours")
    @CsvSource({"0.8, 0, 0, 2", "1.0, 0, 4, 2", "1.1, 2, 2, 2", "2.0, 2, 2, 2"})
    void comesWhenItIsSureAndStaysForAWhile(double part, int least, int most, int runs) {
        int raised = 0;
        for (int seed = 1; seed <= runs; seed++) {
            raised += run(part * ALERT, new SplittableRandom(seed));
        }
        System.out.println(part + " of the alert: " + raised + " in " + runs * HOURS + " h, seeds 1.." + runs);
        assertThat(raised).isBetween(least, most);
    }

    private int run(double rate, SplittableRandom random) {
        told.clear();
        Rollout rollout = new Rollout(plan());
        take(rollout, new Input.Tick(0));
        long units = 0;
        for (int second = 1; second <= HOURS * 3_600; second++) {
            List<Batch.Failure> failures = new ArrayList<>();
            int canary = draw(rate, PER_SECOND, random);
            int baseline = draw(rate, PER_SECOND, random);
            for (int i = 0; i < canary + baseline; i++) {
                failures.add(new Batch.Failure(++units, 50_000, i < canary, true, 0, 0));
            }
            int well = PER_SECOND - baseline;
            take(
                    rollout,
                    new Input.Observed(
                            new Batch(second * 1_000L, 50_000, failures, well, PER_SECOND - canary, List.of())));
        }
        assertThat(rollout.state().weight()).isEqualTo(50_000);
        return lengths(rollout);
    }

    private static int draw(double rate, int requests, SplittableRandom random) {
        int failed = 0;
        for (int i = 0; i < requests; i++) {
            failed += random.nextDouble() < rate ? 1 : 0;
        }
        return failed;
    }

    private void take(Rollout rollout, Input input) {
        if (rollout.take(input) instanceof Answer.Decided decided) {
            decided.events().forEach(rollout::apply);
            told.addAll(decided.events());
        }
    }

    /** How many there were; each but the one that has not ended took its time. */
    private int lengths(Rollout rollout) {
        int raised = 0;
        long since = 0;
        for (Event event : told) {
            if (event instanceof Event.AlertRaised) {
                raised++;
                since = event.nowMillis();
            } else if (event instanceof Event.AlertEnded) {
                assertThat(event.nowMillis() - since).isGreaterThanOrEqualTo(FIVE_MINUTES);
            }
        }
        assertThat(rollout.state().phase()).isEqualTo(Phase.PROGRESSING);
        return raised;
    }

    private static Plan plan() {
        return new Plan(
                "orders",
                new Identity("legacy", "next", "orders", ""),
                List.of(),
                50_000,
                AnalysisSettings.defaults(),
                Map.of(
                        Metrics.ERRORS,
                        OnFail.ROLLBACK_IMMEDIATE,
                        Metrics.LATENCY,
                        OnFail.ROLLBACK_GRACEFUL,
                        Metrics.CLIENT_ERRORS,
                        OnFail.HOLD,
                        Metrics.USER_SUCCESS,
                        OnFail.HOLD,
                        Metrics.THROUGHPUT,
                        OnFail.HOLD),
                0,
                0,
                Map.of(Metrics.ERRORS, new Levels(null, ALERT, 0.01)));
    }
}
