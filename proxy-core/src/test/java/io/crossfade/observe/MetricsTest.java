package io.crossfade.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossfade.outcome.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Counters counters = new Counters(2, List.of("host"), List.of("orders"), List.of("hash", "breaker"));
    private final Readings readings = new Readings(
            () -> List.of(new Readings.Rollout(
                    "orders",
                    "baking",
                    2,
                    0.25,
                    Double.NaN,
                    List.of(new Readings.Rollbacks("immediate", "errors-limit", 2)),
                    List.of(
                            new Readings.Verdict("errors", "C", "Inconclusive", -1.5, 18.4),
                            new Readings.Verdict("errors", "S", "Fail", 19, 18.4),
                            new Readings.Verdict("latency", "L", "NoData", Double.NEGATIVE_INFINITY, 18.4)),
                    List.of(new Readings.Alert("errors", true), new Readings.Alert("throughput", false)))),
            () -> List.of(new Readings.Breaker("next", "half_open", -1, 12)),
            () -> List.of(new Readings.Upstream("next", 3, 5)),
            () -> 9,
            () -> new Readings.Journal(false, 24),
            () -> false,
            () -> Map.of("host", 3L),
            () -> new Readings.Reload(false, 1_700_000_000.25));
    private final Metrics metrics = new Metrics("1.2.3", counters, readings);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void showsTheMergedCounters() throws IOException {
        int canary = counters.series("orders", "canary");
        counters.loop(0).finished(canary, Outcome.OK, 200, 3_000_000);
        counters.loop(1).finished(canary, Outcome.OK, 200, 900_000);
        counters.loop(0).assigned(0, 1);
        counters.loop(1).assigned(0, 1);
        counters.loop(1).finished(canary, Outcome.RESPONSE_TIMEOUT, 504, 200_000_000_000L);
        counters.loop(0).begun();
        counters.refused(0, 0);
        counters.loop(1).fieldsDropped(2);
        String request = "crossfade_requests_total{route=\"orders\",variant=\"canary\",";
        String duration = "crossfade_request_duration_seconds";
        String series = "{route=\"orders\",variant=\"canary\"";
        assertThat(scrape(null).lines())
                .contains(
                        request + "outcome=\"ok\",code_class=\"2xx\",} 2.0",
                        "crossfade_assignments_total{rollout=\"orders\",reason=\"breaker\",} 2.0",
                        request + "outcome=\"response_timeout\",code_class=\"5xx\",} 1.0",
                        duration + "_bucket" + series + ",le=\"5.0E-4\",} 0.0",
                        duration + "_bucket" + series + ",le=\"0.001\",} 1.0",
                        duration + "_bucket" + series + ",le=\"0.005\",} 2.0",
                        duration + "_bucket" + series + ",le=\"120.0\",} 2.0",
                        duration + "_bucket" + series + ",le=\"+Inf\",} 3.0",
                        duration + "_count" + series + ",} 3.0",
                        duration + "_sum" + series + ",} 200.0039",
                        "crossfade_requests_in_flight 1.0",
                        "crossfade_dropped_fields_total 2.0",
                        "crossfade_refused_requests_total{reason=\"host\",} 1.0")
                .noneMatch(line -> line.startsWith(request + "outcome=\"reset\""));
    }

    @Test
    void showsTheReadings() throws IOException {
        assertThat(scrape(null).lines())
                .contains(
                        "crossfade_rollout_weight_ratio{rollout=\"orders\",variant=\"canary\",kind=\"set\",} 0.25",
                        "crossfade_rollout_weight_ratio{rollout=\"orders\",variant=\"baseline\",kind=\"set\",} 0.75",
                        "crossfade_rollout_phase{rollout=\"orders\",phase=\"baking\",} 1.0",
                        "crossfade_rollout_phase{rollout=\"orders\",phase=\"paused\",} 0.0",
                        "crossfade_rollout_step{rollout=\"orders\",} 2.0",
                        "crossfade_rollbacks_total{rollout=\"orders\",mode=\"immediate\",reason=\"errors-limit\",} 2.0",
                        "crossfade_analysis_log_evidence{rollout=\"orders\",metric=\"errors\",detector=\"S\",} 19.0",
                        "crossfade_analysis_log_evidence{rollout=\"orders\",metric=\"latency\",detector=\"L\",} -Inf",
                        "crossfade_analysis_log_threshold{rollout=\"orders\",metric=\"errors\",detector=\"C\",} 18.4",
                        "crossfade_analysis_verdict{rollout=\"orders\",metric=\"errors\",verdict=\"Fail\",} 1.0",
                        "crossfade_analysis_verdict{rollout=\"orders\",metric=\"errors\",verdict=\"Inconclusive\",} 0.0",
                        "crossfade_metric_alert{rollout=\"orders\",metric=\"errors\",} 1.0",
                        "crossfade_metric_alert{rollout=\"orders\",metric=\"throughput\",} 0.0",
                        "crossfade_analysis_verdict{rollout=\"orders\",metric=\"latency\",verdict=\"NoData\",} 1.0",
                        "resilience4j_circuitbreaker_state{name=\"next\",state=\"half_open\",} 1.0",
                        "resilience4j_circuitbreaker_state{name=\"next\",state=\"closed\",} 0.0",
                        "resilience4j_circuitbreaker_failure_rate{name=\"next\",} -1.0",
                        "resilience4j_circuitbreaker_not_permitted_calls_total{name=\"next\",} 12.0",
                        "crossfade_upstream_connections{upstream=\"next\",state=\"active\",} 3.0",
                        "crossfade_upstream_connections{upstream=\"next\",state=\"idle\",} 5.0",
                        "crossfade_observations_dropped_total 9.0",
                        "crossfade_journal_writable 0.0",
                        "crossfade_control_alive 0.0",
                        "crossfade_admin_refused_total{reason=\"host\",} 3.0",
                        "crossfade_admin_refused_total{reason=\"timeout\",} 0.0",
                        "crossfade_journal_pending_events 24.0",
                        "crossfade_config_last_reload_successful 0.0",
                        "crossfade_config_last_reload_success_timestamp_seconds 1.70000000025E9",
                        "crossfade_build_info{version=\"1.2.3\",} 1.0")
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
                .anyMatch(line -> line.startsWith("jvm_threads_live_threads "))
                .noneMatch(line -> line.contains("kind=\"observed\""));
    }

    @Test
    void theHistogramAgreesWithTheDurationsToASixteenth() throws IOException {
        int series = counters.series("orders", "canary");
        for (int millis = 1; millis <= 1_000; millis++) {
            counters.loop(millis % 2).finished(series, Outcome.OK, 200, millis * 1_000_000L);
        }
        String prefix = "crossfade_request_duration_seconds_bucket{route=\"orders\",variant=\"canary\",le=\"";
        for (double bound : CrossfadeCollector.BOUNDS) {
            String line = scrape(null)
                    .lines()
                    .filter(l -> l.startsWith(prefix + bound + "\""))
                    .findFirst()
                    .orElseThrow();
            double exact = Math.min(1_000, Math.floor(bound * 1_000));
            assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .as("le %s", bound)
                    .isBetween(Math.floor(exact * 15 / 16) - 1, exact);
        }
    }

    @Test
    void speaksOpenMetricsWhenAsked() throws IOException {
        counters.series("orders", "canary");
        String text = scrape("application/openmetrics-text; version=1.0.0");
        assertThat(text).contains("# TYPE crossfade_requests counter").endsWith("# EOF\n");
    }

    @Test
    void everyMetricIsExplained() throws IOException {
        counters.series("orders", "canary");
        String text = scrape(null);
        List<String> typed = text.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", 4)[2])
                .toList();
        assertThat(typed).doesNotHaveDuplicates().hasSizeGreaterThan(20);
        for (String name : typed) {
            assertThat(text).containsPattern("# HELP " + name + " \\S+");
        }
    }

    @Test
    void promtoolHasNothingToSay() throws Exception {
        Path promtool = Path.of("/usr/bin/promtool");
        assumeTrue(Files.isExecutable(promtool), "promtool is not installed");
        int series = counters.series("orders", "canary");
        counters.loop(0).finished(series, Outcome.OK, 200, 1_000_000);
        Process check = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = check.getOutputStream()) {
            in.write(scrape(null).getBytes(UTF_8));
        }
        String said = new String(check.getInputStream().readAllBytes(), UTF_8);
        assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(check.exitValue()).isZero();
    }

    private String scrape(@Nullable String accept) throws IOException {
        StringWriter out = new StringWriter();
        metrics.write(Metrics.contentType(accept), out);
        return out.toString();
    }
}
