package io.crossfade.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.server.AdminServer;
import io.crossfade.config.Problem;
import io.crossfade.control.ControlApi;
import io.crossfade.control.Operation;
import io.crossfade.control.RolloutStatus;
import io.crossfade.rollout.Mode;
import io.crossfade.runtime.Reload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every verb against a real admin server: what is printed, which exit code, what reaches control. */
class CliTest {
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
    void listsRolloutsAsATable() {
        assertThat(screen.run("rollout", "list")).isZero();
        assertThat(screen.out().lines())
                .containsExactly(
                        "ROLLOUT  PHASE   ATTEMPT  STEP  WEIGHT  OBSERVED  SINCE  NEXT",
                        "orders   baking  1        2/3   5%      -         3m     25% after an approval");
    }

    @Test
    void showsOneRolloutInAscii() {
        assertThat(screen.run("rollout", "get", "orders")).isZero();
        assertThat(screen.out())
                .contains("orders  baking for 3m, attempt 1, step 2/3")
                .contains("[##............................] 5% of users on next")
                .contains("steps: 1% > [5%] > gate, 25%")
                .contains("errors  S         Inconclusive  e^3.5     e^18.4")
                .matches("\\p{ASCII}+");
    }

    @Test
    void drawsAndPaintsOnlyWhereItMay() {
        screen.unicode = true;
        screen.interactive = true;
        screen.run("rollout", "get", "orders");
        assertThat(screen.out()).contains("██░", "1% → [5%]", "\u001b[32mbaking\u001b[0m");

        screen.environment.put("NO_COLOR", "1");
        screen.run("rollout", "get", "orders");
        assertThat(screen.out()).doesNotContain("\u001b");
    }

    @Test
    void printsJsonAndYaml() {
        assertThat(screen.run("rollout", "get", "orders", "-o", "json")).isZero();
        assertThat(screen.out()).startsWith("{").contains("\"phase\" : \"baking\"");
        assertThat(screen.run("rollout", "list", "-o", "yaml")).isZero();
        assertThat(screen.out()).startsWith("rollouts:").contains("phase: \"baking\"");
    }

    @ParameterizedTest
    @CsvSource({
        "baking, 0",
        "completed, 0",
        "draft, 0",
        "failed, 1",
        "rolledBack, 3",
        "rollingBack, 3",
        "gated, 4",
        "paused, 4",
        "held, 4"
    })
    void statusTellsThePhaseByItsExitCode(String phase, int exit) {
        fake.become(FakeServer.status(phase, 1, 5_000, 7));

        assertThat(screen.run("status")).isEqualTo(exit);
        assertThat(screen.out()).contains(phase);
    }

    @Test
    void statusSaysWhenTheConfigurationIsNotTheFiles() {
        fake.reloaded(
                new Reload.Status(
                        false,
                        1_700_000_000_000L,
                        "the API",
                        true,
                        List.of(
                                new Problem("crossfade.yaml", 3, 5, "routes", "missing"),
                                new Problem("crossfade.yaml", 4, 1, "", "bad"))),
                List.of(new Reload.Drift("orders", 1_000, 5_000)));

        assertThat(screen.run("status")).isZero();
        assertThat(screen.out().lines().toList())
                .endsWith(
                        "configuration: differs from the file, the API has changed it at 2023-11-14T22:13:20Z;"
                                + " crossfade reload goes back to the file",
                        "configuration: the last reload was refused and nothing has changed: crossfade.yaml:3:5  routes"
                                + "  missing, and 1 more; crossfade check FILE says all",
                        "drift: orders is at 5%, the configuration says 1%");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start",
                "pause",
                "resume",
                "promote",
                "promote-full",
                "step-back",
                "hold",
                "abort",
                "rollback",
                "retry"
            })
    void everyVerbReachesControlWithItsReason(String verb) {
        screen.environment.put("USER", "alice");

        assertThat(screen.run("rollout", verb, "orders", "--reason", "because", "--yes"))
                .isZero();

        Operation operation = fake.operations.get(0);
        assertThat(operation.verb().name()).isEqualToIgnoringCase(verb.replace('-', '_'));
        assertThat(operation.reason()).isEqualTo("because");
        assertThat(operation.actor()).startsWith("alice");
        boolean always = verb.equals("pause") || verb.equals("hold") || verb.equals("rollback");
        assertThat(operation.ifVersion()).isEqualTo(always ? null : Long.valueOf(7));
    }

    @Test
    void setsAWeight() {
        assertThat(screen.run("rollout", "set-weight", "orders", "12.5%")).isZero();
        assertThat(fake.operations.get(0).weight()).isEqualTo(12_500);
        assertThat(screen.run("rollout", "set-weight", "orders", "150%")).isEqualTo(Exit.USAGE);
        assertThat(screen.err()).contains("weight: 150% (expected: \"0%\" to \"100%\"");
    }

    /** Where nobody is asked, whoever goes further than a step says so twice: that it is meant, and why. */
    @Test
    void whatGoesFurtherThanAStepTakesYesAndAReasonOffATerminal() {
        List<List<String>> leaps = new ArrayList<>();
        leaps.add(List.of("rollout", "promote-full", "orders"));
        leaps.add(List.of("rollout", "set-weight", "orders", "50%"));
        for (List<String> leap : leaps) {
            refusedOffATerminal(leap);
        }
        assertThat(screen.run("rollout", "promote", "orders")).isZero(); // it ends the bake and no more
        fake.become(FakeServer.status("gated", 1, 5_000, 8));
        List<String> opens = List.of("rollout", "promote", "orders");
        refusedOffATerminal(opens);
        assertThat(screen.err()).contains("promote orders opens the gate of 25%");
        assertThat(screen.run(and(opens, "--dry-run"))).isZero();
        fake.operations.clear();
        for (List<String> leap : List.of(opens, leaps.get(0))) {
            assertThat(screen.run(and(leap, "--yes", "--reason", "told so"))).isZero();
        }
        assertThat(fake.operations).hasSize(2);
    }

    private void refusedOffATerminal(List<String> words) {
        int before = fake.operations.size();
        assertThat(screen.run(and(words))).isEqualTo(Exit.USAGE);
        assertThat(screen.err()).contains("takes --yes and --reason").hasLineCount(1);
        assertThat(screen.run(and(words, "--yes"))).isEqualTo(Exit.USAGE);
        assertThat(screen.run(and(words, "--reason", "told so"))).isEqualTo(Exit.USAGE);
        assertThat(fake.operations).hasSize(before);
    }

    private static String[] and(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void rollsBackWithModeAndScope() {
        assertThat(screen.run("rollout", "rollback", "orders", "--mode", "graceful", "--scope", "phase"))
                .isZero();
        assertThat(fake.operations.get(0).mode()).isEqualTo(Mode.GRACEFUL);
        assertThat(fake.operations.get(0).scope()).isEqualTo("phase");
        assertThat(screen.run("rollout", "rollback", "--help")).isZero();
        assertThat(screen.out().replaceAll("\\s+", " ")).contains("limits nothing: a rollback moves everybody");
    }

    @Test
    void dryRunChangesNothing() {
        assertThat(screen.run("rollout", "abort", "orders", "--dry-run")).isZero();
        assertThat(screen.out()).isEqualTo("orders: dry run, abort done" + System.lineSeparator());
        assertThat(fake.operations.get(0).dryRun()).isTrue();
        assertThat(fake.statuses().get(0).phase()).isEqualTo("baking");
    }

    @Test
    void asksBackOnATerminalBeforeAbortButNeverBeforeRollback() {
        screen.interactive = true;
        screen.typed = "n\n";
        assertThat(screen.run("rollout", "abort", "orders")).isEqualTo(Exit.FAILED);
        assertThat(screen.out()).contains("Go on? [y/N]");
        assertThat(fake.operations).isEmpty();

        screen.typed = "y\n";
        assertThat(screen.run("rollout", "promote-full", "orders")).isZero();
        assertThat(screen.out()).contains("promote-full orders: it sends all users to the canary");
        screen.typed = "";
        assertThat(screen.run("rollout", "abort", "orders", "--yes")).isZero();
        assertThat(screen.run("rollout", "rollback", "orders")).isZero();
        assertThat(fake.operations).hasSize(3);
    }

    @Test
    void aVersionSeenEarlierIsAConflict() {
        assertThat(screen.run("rollout", "promote", "orders", "--if-match", "\"v6\""))
                .isEqualTo(Exit.CONFLICT);
        assertThat(screen.err()).contains("changed").hasLineCount(1);
        assertThat(fake.operations).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ILLEGAL, 7", "STALE, 6", "INVALID, 2", "UNKNOWN_ROLLOUT, 1", "JOURNAL_UNAVAILABLE, 1", "OVERLOADED, 1"
    })
    void refusalsHaveTheirExitCodes(Operation.Result result, int exit) {
        fake.answerWith(result, "the very reason");

        assertThat(screen.run("rollout", "promote", "orders")).isEqualTo(exit);
        assertThat(screen.err()).contains("the very reason").hasLineCount(1);
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void anUnknownRolloutIsNamedWithThoseThatExist() {
        assertThat(screen.run("rollout", "get", "ordres")).isEqualTo(Exit.FAILED);
        assertThat(screen.err()).contains("ordres (there are: orders)");
    }

    @ParameterizedTest
    @CsvSource({"completed, 0", "rolledBack, 3", "gated, 4", "held, 4", "failed, 1"})
    void waitsUntilTheRolloutComesToRest(String phase, int exit) {
        fake.answerWith(operation -> {
            fake.become(FakeServer.status(phase, 1, 5_000, 8));
            return new Operation.Receipt(Operation.Result.ACCEPTED, "ok", 8);
        });

        assertThat(screen.run("rollout", "promote", "orders", "--wait", "--timeout", "30s"))
                .isEqualTo(exit);
        assertThat(screen.out()).contains("orders  " + phase);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "pause", "hold", "abort"})
    void whatWasAskedForIsSuccess(String verb) {
        assertThat(screen.run("rollout", verb, "orders", "--wait")).isZero();
    }

    @Test
    void waitingEnds() {
        assertThat(screen.run("rollout", "promote", "orders", "--wait", "--timeout", "0s"))
                .isEqualTo(Exit.TIMED_OUT);
        assertThat(screen.err()).contains("timed out: orders is still baking at 5%");
    }

    @Test
    void explainsAUser() {
        assertThat(screen.run("explain", "user", "alice", "--route", "shop")).isZero();
        assertThat(screen.out())
                .isEqualToIgnoringNewLines("alice on shop gets the canary (hash): bucket 321 of 100000, "
                        + "rollout orders has the canary below 5000 (5%)");
        assertThat(screen.run("explain", "user", "alice", "--route", "rest")).isZero();
        assertThat(screen.out()).contains("alice on rest: no rollout, every user gets the same upstream");
        assertThat(screen.run("explain", "user", "alice", "--route", "none")).isEqualTo(Exit.FAILED);
        assertThat(screen.run("explain", "user", "alice")).isEqualTo(Exit.USAGE);
    }

    @Test
    void explainsADecision() {
        assertThat(screen.run("explain", "decision", "orders")).isZero();
        assertThat(screen.out()).contains("no automatic decision so far");

        decided(
                "rolledBack",
                new RolloutStatus.Decision(
                        12,
                        1_700_000_000_000L,
                        "rollback",
                        "immediate",
                        "errors-concurrent",
                        List.of("canary failed 8 of 12", "weight 5% → 0%\u001b[2J"),
                        Map.of("canaryFailures", 8.0, "ratio", Double.NaN)));
        assertThat(screen.run("explain", "decision", "orders")).isZero();
        assertThat(screen.out())
                .contains("rollback (immediate), errors-concurrent")
                .contains("  canary failed 8 of 12")
                .contains("weight 5% -> 0% [2J");
        assertThat(screen.run("explain", "decision", "orders", "-o", "json")).isZero();
        assertThat(screen.out()).contains("\"canaryFailures\" : 8.0").doesNotContain("NaN");
    }

    @Test
    void aHoldHasNoMode() {
        decided("held", new RolloutStatus.Decision(12, 0, "hold", "", "shared-fate", List.of("both fail"), Map.of()));
        assertThat(screen.run("explain", "decision", "orders")).isZero();
        assertThat(screen.out()).startsWith("last decision: hold, shared-fate, 1970-01-01T00:00:00Z");
    }

    private void decided(String phase, RolloutStatus.Decision decision) {
        fake.become(FakeServer.status(phase, decision, null));
    }

    /** Who is paged has no shell on the server: the command line must tell who asked, and why. */
    @Test
    void explainsWhatAPersonAskedFor() {
        RolloutStatus.Asked asked =
                new RolloutStatus.Asked(9, 1_700_000_100_000L, "rollback", "ann (127.0.0.1)", "totals are wrong", null);
        RolloutStatus.Decision held = new RolloutStatus.Decision(
                12, 1_700_000_000_000L, "hold", "", "shared-fate", List.of("both fail"), Map.of());
        fake.become(FakeServer.status("rolledBack", held, asked));
        assertThat(screen.run("explain", "decision", "orders")).isZero();
        assertThat(screen.out().lines())
                .containsExactly(
                        "last request: rollback by ann (127.0.0.1), 2023-11-14T22:15:00Z",
                        "  totals are wrong",
                        "last decision: hold, shared-fate, 2023-11-14T22:13:20Z",
                        "  both fail",
                        "  report: reports/decision-12.md in the data folder, /v1/decisions/12");
        assertThat(screen.run("explain", "decision", "orders", "-o", "json")).isZero();
        assertThat(screen.out()).contains("\"reason\" : \"totals are wrong\"", "\"reason\" : \"shared-fate\"");
        assertThat(screen.run("rollout", "get", "orders")).isZero();
        assertThat(screen.out())
                .contains("last request: rollback by ann (127.0.0.1)", "release 2.0")
                .contains("  errors 3.1%: target 0.5% not met, alert 2% RAISED, critical 5%")
                .contains("  errors C: trips after 6 more failing users on the canary")
                .contains("  errors S: passes after about 380 more canary requests, 4 min at this rate");
        fake.become(FakeServer.status("rolledBack", null, asked));
        assertThat(screen.run("explain", "decision", "orders")).isZero();
        assertThat(screen.out()).startsWith("last request: ").contains("no automatic decision so far");
    }

    @Test
    void healthFailsWhenACheckDoes() {
        assertThat(screen.run("health")).isZero();
        assertThat(screen.out()).contains("[+] journal: ok").contains("ready");

        fake.health(new ControlApi.Health(true, false, 0, 0, "No space left on device"));
        assertThat(screen.run("health")).isEqualTo(Exit.FAILED);
        assertThat(screen.out()).contains("[-] journal: not writable").contains("No space left on device");
        admin.draining();
        assertThat(screen.run("health", "-o", "json")).isEqualTo(Exit.FAILED);
        assertThat(screen.out()).contains("\"unready\"");
    }

    @Test
    void watchesInPlaceUntilInterrupted() throws Exception {
        screen.interactive = true;
        int[] exit = {-1};
        Thread watcher = new Thread(() -> exit[0] = screen.run("rollout", "list", "--watch"));
        watcher.start();
        Awaitility.await().until(() -> screen.out().contains("baking"));
        fake.become(FakeServer.status("held", 1, 5_000, 8));
        Awaitility.await().until(() -> screen.out().contains("held"));
        watcher.interrupt();
        watcher.join(5_000);

        assertThat(exit[0]).isZero();
        assertThat(screen.out()).contains("\u001b[2A\u001b[J");
    }

    @Test
    void wrongUsageIsExitTwo() {
        assertThat(screen.run()).isEqualTo(Exit.USAGE);
        assertThat(screen.run("rollout")).isEqualTo(Exit.USAGE);
        assertThat(screen.run("rolout")).isEqualTo(Exit.USAGE);
        assertThat(screen.run("rollout", "get")).isEqualTo(Exit.USAGE);
        assertThat(screen.run("rollout", "get", "orders", "--colour")).isEqualTo(Exit.USAGE);
        assertThat(screen.run("rollout", "promote", "orders", "--timeout", "5")).isEqualTo(Exit.USAGE);
        assertThat(screen.err()).contains("expected: a time such as 90s");
        assertThat(screen.run("--help")).isZero();
        assertThat(screen.run("--version")).isZero();
        assertThat(screen.out()).isEqualToIgnoringNewLines("crossfade test");
    }
}
