package io.crossfade.admin.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The demo's parts without the proxy: users against a service, the panel, the configuration. */
class DemoPartsTest {
    @Test
    void usersTellTheBugFromOtherErrors() throws Exception {
        Service service = new Service("demo-service");
        try (Users users = new Users(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()), 1)) {
            Awaitility.await().until(() -> users.answered() > 200);
            assertThat(users.hitByBug()).isZero();
            assertThat(users.otherErrors()).as(users.lastOtherError()).isZero();

            service.fail(1);
            Awaitility.await().until(() -> users.hitByBug() > 50);
            assertThat(users.usersHit()).isBetween(30, (int) users.hitByBug());
            assertThat(users.otherErrors()).as(users.lastOtherError()).isZero();

            service.close();
            Awaitility.await().until(() -> users.otherErrors() > 0);
            assertThat(users.lastOtherError()).isNotEmpty();
        } finally {
            service.close();
        }
    }

    @Test
    void whoGivesUpIsHitByAHangThatEndsWithItsRepair() throws Exception {
        Service service = new Service("demo-service");
        try (Users users =
                new Users(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()), 1, true)) {
            Awaitility.await().until(() -> users.answered() > 200);
            Story.HANG.enter(service);
            Awaitility.await().until(() -> users.usersHit() > 30);
            Story.repair(service);
            long before = users.answered();
            Awaitility.await().until(() -> users.answered() > before + 200);
            assertThat(users.otherErrors()).as(users.lastOtherError()).isZero();
        } finally {
            service.close();
        }
    }

    @Test
    void aLostPageIsTheBugOfItsStory() throws Exception {
        Service service = new Service("demo-service");
        try (Users users = new Users(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()), 1)) {
            Story.NOTFOUND.enter(service);
            Awaitility.await().until(() -> users.hitByBug() > 50);
            assertThat(users.otherErrors()).as(users.lastOtherError()).isZero();
        } finally {
            service.close();
        }
    }

    @Test
    void aPortThatIsTakenIsNotInsistedOn() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Demo.free(taken.getLocalPort())).isZero();
        }
    }

    @Test
    void theConfigurationThatUsersMayCopyIsRight() throws Exception {
        Path file = Path.of(Demo.class.getResource("demo.yaml").toURI());

        LoadResult result = ConfigLoader.load(
                file,
                Map.of("DATA", "data", "LEGACY_PORT", "9001", "NEXT_PORT", "9002", "BAKE", "2s", "BAKE_AT_HALF", "2s"));

        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        var rollout = ((LoadResult.Loaded) result).config().rollouts().get(0);
        assertThat(rollout.steps()).extracting("weight").containsExactly(1_000, 5_000, 25_000, 50_000, 100_000);
        assertThat(rollout.steps()).allMatch(step -> step.bake().equals(Duration.ofSeconds(2)) && !step.gate());
    }

    @Test
    void thePanelIsRedrawnInPlaceOnATerminalOnly() {
        StringWriter text = new StringWriter();
        Panel panel = new Panel(terminal(text, true));
        show(panel);
        show(panel);
        assertThat(text.toString()).contains("\u001b[7A", "[##......", "5% of users on next", "1.5 ms");
        panel.tell("an event");
        assertThat(text.toString()).contains("\u001b[7A\u001b[Jan event");

        StringWriter plain = new StringWriter();
        Panel piped = new Panel(terminal(plain, false));
        for (int i = 0; i < 5; i++) {
            show(piped);
        }
        assertThat(plain.toString()).doesNotContain("\u001b").hasLineCount(2).contains("baking at 5%; legacy 2,950/s");
    }

    @Test
    void trafficIsWhatCameSinceTheWindowBegan() {
        Traffic traffic = new Traffic(new FakeServer(), "orders", "canary");
        traffic.read();
        Traffic.Reading reading = traffic.read();
        assertThat(reading.perSecond()).isZero();
        assertThat(reading.p99()).isNaN();
    }

    @Test
    void oneBrokenPromiseIsEnough() {
        Expectations expectations = new Expectations();
        expectations.expect(true, "a");
        assertThat(expectations.allMet()).isTrue();
        expectations.expect(false, "b");
        expectations.expect(true, "c");
        assertThat(expectations.allMet()).isFalse();
        assertThat(expectations.lines()).containsExactly("  ok      a", "  FAILED  b", "  ok      c");
    }

    private static void show(Panel panel) {
        panel.show(
                FakeServer.status("baking", 1, 5_000, 7),
                new Traffic.Reading(2_950, 0, 1.5, 4),
                new Traffic.Reading(50, 0.3, Double.NaN, Double.NaN));
    }

    private static Terminal terminal(StringWriter out, boolean interactive) {
        PrintWriter writer = new PrintWriter(out, true);
        return new Terminal(
                Map.of("NO_COLOR", "1"),
                writer,
                writer,
                new BufferedReader(new StringReader("")),
                Clock.systemUTC(),
                interactive,
                false);
    }
}
