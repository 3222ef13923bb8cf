package io.crossfade.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.api.DecisionReport;
import io.crossfade.admin.api.Decisions;
import io.crossfade.admin.api.Wire;
import io.crossfade.admin.server.AdminServer;
import io.crossfade.control.Report;
import io.crossfade.control.RolloutStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code crossfade report}: what it prints, and its exit codes. */
class ReportTest {
    private final FakeServer fake = new FakeServer();
    private AdminServer admin;
    private Screen screen;

    @BeforeEach
    void start() throws IOException {
        admin = AdminServer.start(fake);
        screen = new Screen("http://127.0.0.1:" + admin.address().getPort());
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void listsTheNewestFirstAndWhoAsked() {
        assertThat(screen.run("report", "list")).isZero();
        assertThat(screen.out()).isEqualTo("no rollback and no hold so far" + System.lineSeparator());
        fake.report(report(3, "hold", new RolloutStatus.Asked(2, 1_700_000_000_000L, "hold", "ann", "look", null)));
        fake.report(report(12, "rollback", null));
        assertThat(screen.run("report", "list")).isZero();
        assertThat(screen.out().lines())
                .containsExactly(
                        "SEQ  AT                    ROLLOUT  WHAT      REASON             WHO",
                        "12   2023-11-14T22:13:20Z  orders   rollback  errors-concurrent  crossfade",
                        "3    2023-11-14T22:13:20Z  orders   hold      operator           ann");
        assertThat(screen.run("report", "list", "-o", "json")).isZero();
        assertThat(Wire.answer(screen.out(), Decisions.class).decisions())
                .extracting(Decisions.Summary::actor)
                .containsExactly(null, "ann");
    }

    @Test
    void getsTheNewestOfARolloutOrTheOneOfANumber() {
        fake.report(report(3, "hold", new RolloutStatus.Asked(2, 1_700_000_000_000L, "hold", "ann", "look", null)));
        fake.report(report(12, "rollback", null));
        assertThat(screen.run("report", "get", "orders")).isZero();
        assertThat(screen.out()).startsWith("# Rollback of orders, 2023-11-14T22:13:20Z");
        assertThat(screen.run("report", "get", "3")).isZero();
        assertThat(screen.out()).startsWith("# Hold of orders").contains("ann asked for hold: look");
        assertThat(screen.run("report", "get", "3", "-o", "json")).isZero();
        assertThat(Wire.answer(screen.out(), DecisionReport.class).kind()).isEqualTo("hold");
        assertThat(screen.run("report", "get", "orders", "-o", "yaml")).isZero();
        assertThat(screen.out()).containsPattern("kind: \"?rollback");
    }

    @Test
    void saysWhatIsNotThere() {
        assertThat(screen.run("report", "get", "4")).isEqualTo(Exit.FAILED);
        assertThat(screen.err()).contains("no rollback or hold with the sequence 4");
        assertThat(screen.run("report", "get", "orders")).isEqualTo(Exit.FAILED);
        assertThat(screen.err()).contains("orders: no rollback and no hold so far");
        assertThat(screen.run("report", "get", "ordres")).isEqualTo(Exit.FAILED);
        assertThat(screen.err()).contains("ordres (there are: orders)");
        assertThat(screen.run("report")).isEqualTo(Exit.USAGE);
    }

    private static Report report(long sequence, String kind, RolloutStatus.@Nullable Asked asked) {
        return new Report(
                sequence,
                1_700_000_000_000L,
                "orders",
                "",
                kind,
                kind.equals("hold") ? "" : "immediate",
                asked == null ? "errors-concurrent" : "operator",
                asked,
                new Report.Place("baking", 1, 1, 5_000),
                new Report.Place(kind.equals("hold") ? "held" : "rolledBack", 1, 1, 5_000),
                List.of(),
                Map.of());
    }
}
