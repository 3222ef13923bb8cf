package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.rollout.Event;
import io.crossfade.rollout.Identity;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Verb;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The journal's words: released ones keep their meaning, so a line that changes here breaks somebody's restart. */
final class JournalLineTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static final Identity IDENTITY = new Identity("legacy", "next", "orders", "2");
    private static final String IDENTIFIED =
            "{\"baseline\":\"legacy\",\"canary\":\"next\",\"salt\":\"orders\",\"release\":\"2\"}";

    /** One of each kind of event, as the journal has it (without seq, at and rollout). */
    private static final Map<Event, String> LINES = Map.ofEntries(
            Map.entry(
                    new Event.Requested(1, Verb.SET_WEIGHT, "ann", "told \"so\"", 5_000, null, null),
                    "\"now\":1,\"type\":\"requested\",%s,\"verb\":\"setWeight\",\"actor\":\"ann\","
                            + "\"reason\":\"told \\\"so\\\"\",\"weight\":5000"),
            Map.entry(
                    new Event.AttemptBegun(2, 3, "10%/1m", null),
                    "\"now\":2,\"type\":\"attemptBegun\",%s,\"attempt\":3,\"plan\":\"10%/1m\""),
            Map.entry(
                    new Event.Identified(17, IDENTITY),
                    "\"now\":17,\"type\":\"identified\",%s,\"identity\":" + IDENTIFIED),
            Map.entry(new Event.Removed(18), "\"now\":18,\"type\":\"removed\",%s"),
            Map.entry(
                    new Event.Replaced(19, IDENTITY, null, "release 1 -> 2"),
                    "\"now\":19,\"type\":\"replaced\",%s,\"identity\":" + IDENTIFIED + ",\"why\":\"release 1 -> 2\""),
            Map.entry(
                    new Event.StepEntered(3, 0, 10_000),
                    "\"now\":3,\"type\":\"stepEntered\",%s,\"step\":0,\"weight\":10000"),
            Map.entry(new Event.WeightSet(4, 7), "\"now\":4,\"type\":\"weightSet\",%s,\"weight\":7"),
            Map.entry(
                    new Event.SteppedBack(5, 0, 10_000),
                    "\"now\":5,\"type\":\"steppedBack\",%s,\"step\":0,\"weight\":10000"),
            Map.entry(new Event.BakeExtended(6, 66), "\"now\":6,\"type\":\"bakeExtended\",%s,\"untilMillis\":66"),
            Map.entry(new Event.GateReached(7, 1), "\"now\":7,\"type\":\"gateReached\",%s,\"step\":1"),
            Map.entry(new Event.GatePassed(8, 1), "\"now\":8,\"type\":\"gatePassed\",%s,\"step\":1"),
            Map.entry(new Event.Paused(9), "\"now\":9,\"type\":\"paused\",%s"),
            Map.entry(
                    new Event.Held(10, "no-evidence", false, List.of("a"), Map.of("x", 0.5)),
                    "\"now\":10,\"type\":\"held\",%s,\"reason\":\"no-evidence\",\"byAnalysis\":false,"
                            + "\"lines\":[\"a\"],\"numbers\":{\"x\":0.5}"),
            Map.entry(new Event.Resumed(11), "\"now\":11,\"type\":\"resumed\",%s"),
            Map.entry(new Event.EvidenceCleared(12), "\"now\":12,\"type\":\"evidenceCleared\",%s"),
            Map.entry(
                    new Event.AnalysisChanged(19, List.of("dropped")),
                    "\"now\":19,\"type\":\"analysisChanged\",%s,\"lines\":[\"dropped\"]"),
            Map.entry(
                    new Event.PlanChanged(13, "manual", -1),
                    "\"now\":13,\"type\":\"planChanged\",%s,\"plan\":\"manual\",\"step\":-1"),
            Map.entry(
                    new Event.RolledBack(14, Mode.GRACEFUL, "latency", List.of(), Map.of()),
                    "\"now\":14,\"type\":\"rolledBack\",%s,\"mode\":\"graceful\",\"reason\":\"latency\","
                            + "\"lines\":[],\"numbers\":{}"),
            Map.entry(
                    new Event.AlertRaised(20, "errors", List.of("a"), Map.of("value", 0.03, "alert", 0.02)),
                    "\"now\":20,\"type\":\"alertRaised\",%s,\"metric\":\"errors\",\"lines\":[\"a\"],"
                            + "\"numbers\":{\"alert\":0.02,\"value\":0.03}"),
            Map.entry(
                    new Event.AlertEnded(21, "errors", List.of("a")),
                    "\"now\":21,\"type\":\"alertEnded\",%s,\"metric\":\"errors\",\"lines\":[\"a\"]"),
            Map.entry(new Event.Aborted(15), "\"now\":15,\"type\":\"aborted\",%s"),
            Map.entry(new Event.Completed(16), "\"now\":16,\"type\":\"completed\",%s"),
            Map.entry(
                    new Event.StepWaits(17, "baseline-in-trouble", List.of("a"), Map.of("x", 0.5)),
                    "\"now\":17,\"type\":\"stepWaits\",%s,\"reason\":\"baseline-in-trouble\","
                            + "\"lines\":[\"a\"],\"numbers\":{\"x\":0.5}"));

    static Iterable<Event> events() {
        return LINES.keySet();
    }

    @ParameterizedTest
    @MethodSource("events")
    void eachEventHasItsWordsAndIsReadBack(Event event) {
        JournalLine line = JournalLine.of(42, AT, "orders", event, false);
        String members = LINES.getOrDefault(event, "").replace("%s", "\"rollout\":\"orders\"");
        String body = "{\"seq\":42,\"at\":\"2026-01-02T03:04:05.678Z\"," + members;
        assertThat(line.journaled().json()).isEqualTo(body + "}");
        JournalLine back = JournalLine.of(line.object());
        assertThat(back.event()).isEqualTo(event);
        assertThat(back.sequence()).isEqualTo(42);
        assertThat(back.at()).isEqualTo(AT);
        assertThat(back.object()).isEqualTo(line.object());
    }

    @Test
    void anAttemptSaysOfWhichRolloutItIs() {
        Event event = new Event.AttemptBegun(2, 3, "10%/1m", IDENTITY);
        JournalLine line = JournalLine.of(42, AT, "orders", event, false);
        assertThat(line.journaled().json()).endsWith("\"plan\":\"10%/1m\",\"identity\":" + IDENTIFIED + "}");
        assertThat(JournalLine.of(line.object()).event()).isEqualTo(event);
    }

    @Test
    void everyEventIsListedHere() {
        assertThat(LINES.keySet().stream().<Class<?>>map(Event::getClass))
                .containsExactlyInAnyOrderElementsOf(Event.kinds());
    }

    @Test
    void aLineOfANewerVersionIsRefusedByName() {
        byte[] object = "{\"seq\":1,\"now\":1,\"type\":\"teleported\"}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> JournalLine.of(object))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"teleported\" is not known to this version");
    }
}
