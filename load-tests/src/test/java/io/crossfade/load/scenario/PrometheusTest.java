package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real Prometheus reads the metrics, its linter has nothing to say, and users do not become series. */
@Tag("slow")
class PrometheusTest {
    private static final int USERS = 10_000;

    @TempDir
    Path folder;

    @Test
    void prometheusScrapesIt() throws Exception {
        String program = Program.onPath("prometheus", "prometheus");
        try (Service legacy = Service.start("legacy", 1);
                Service next = Service.start("next", 2);
                Edge edge = Edge.startGuarded(folder, Edge.config(legacy.port(), next.port(), "weight: 10%\n"))) {
            int port = freePort();
            Path home = Files.createDirectory(folder.resolve("prometheus"));
            Files.writeString(home.resolve("prometheus.yml"), """
                    global: { scrape_interval: 1s, scrape_timeout: 1s }
                    scrape_configs:
                      - job_name: crossfade
                        static_configs: [{ targets: ["%s"] }]
                    """.formatted(
                            edge.admin().url().substring("http://".length())));
            try (Program prometheus = Program.start(
                    home,
                    folder.resolve("prometheus.log"),
                    List.of(
                            program,
                            "--config.file=prometheus.yml",
                            "--storage.tsdb.path=tsdb",
                            "--web.listen-address=127.0.0.1:" + port))) {
                Admin api = new Admin("http://127.0.0.1:" + port);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .failFast(() -> assertThat(prometheus.isAlive())
                                .as(prometheus.said())
                                .isTrue())
                        .untilAsserted(() -> assertThat(api.json("/api/v1/targets")
                                        .path("data")
                                        .path("activeTargets")
                                        .path(0)
                                        .path("health")
                                        .asString())
                                .isEqualTo("up"));
                JsonNode info = api.json("/api/v1/query?query=crossfade_build_info")
                        .path("data")
                        .path("result");
                assertThat(info.size()).isEqualTo(1);
                assertThat(info.path(0).path("value").path(1).asString()).isEqualTo("1");
                assertThat(info.path(0).path("metric").path("version").asString())
                        .matches("\\d+\\.\\d+\\.\\d+");
            }
        }
    }

    @Test
    void theLinterIsSilentAndUsersAreNoSeries() throws Exception {
        String promtool = Program.onPath("promtool", "prometheus");
        try (Service legacy = Service.start("legacy", 1);
                Service next = Service.start("next", 2);
                Edge edge = Edge.startGuarded(folder, Edge.config(legacy.port(), next.port(), "weight: 10%\n"))) {
            // The observed weight is a number once requests came between two looks, which are a second apart.
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                send(edge, 1_000);
                return edge.admin().get("/metrics").body().contains("kind=\"observed\"");
            });
            String before = edge.admin().get("/metrics").body();
            send(edge, USERS);
            String after = edge.admin().get("/metrics").body();
            assertThat(series(after)).isEqualTo(series(before));
            Files.writeString(folder.resolve("metrics"), after);
            try (Program lint = Program.start(
                    folder, folder.resolve("lint.log"), List.of("sh", "-c", promtool + " check metrics < metrics"))) {
                assertThat(lint.await(Duration.ofSeconds(30))).as(lint.said()).isZero();
                assertThat(lint.said()).isEmpty();
            }
        }
    }

    /** The runtime's own series come and go with its garbage collections. */
    private static Set<String> series(String metrics) {
        return metrics.lines()
                .filter(line -> !line.matches("#.*|jvm_gc_.*"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void send(Edge edge, int users) throws Exception {
        try (Users load = Users.start(edge.port(), 8, 0, i -> i < users ? new Ask("/", (int) i) : null, answer -> {})) {
            load.await(60);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
