package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.api.DecisionReport;
import io.crossfade.admin.api.Decisions;
import io.crossfade.admin.api.Wire;
import io.crossfade.control.Report;
import io.crossfade.control.RolloutStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of decisions: what they say, in which files they are, and how long. */
class ReportsTest {
    @TempDir
    private Path data;

    private final FakeServer fake = new FakeServer();

    @Test
    void aReportSaysAllThatATicketNeeds() throws IOException {
        fake.report(rollback(12));
        Reports reports = new Reports(fake, data, () -> 10, Runnable::run);
        reports.journaled("stepEntered");
        assertThat(data.resolve("reports")).doesNotExist();
        reports.journaled("rolledBack");

        assertThat(Files.readString(data.resolve("reports/decision-12.md")))
                .startsWith("# Rollback of orders, 2023-11-14T22:13:20Z\n")
                .contains("Failing users were on the canary more often than its share of the users explains.")
                .contains("| reason | `errors-concurrent`, mode immediate |")
                .contains("| release | 2.0 |")
                .contains(
                        "| before | baking at 5%, attempt 2, step 2 |",
                        "| after | rolledBack at 0%, attempt 2, step 2 |")
                .contains("| requests on the canary in this attempt | 1,240 |")
                .contains("| of them failed | 15 |", "| distinct users with a failure | 14 |")
                .contains("- canary failed 15 of 1,240 requests")
                .contains("- The weight went from 5% to 0%: everybody is on the baseline.")
                .contains("crossfade rollout retry orders");
        DecisionReport json =
                Wire.answer(Files.readString(data.resolve("reports/decision-12.json")), DecisionReport.class);
        assertThat(json.exposure()).isEqualTo(new DecisionReport.Exposure(1_240L, 15L, 14L));
        assertThat(json.numbers()).containsEntry("canaryFailures", 15.0);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(data.resolve("reports/decision-12.json"))))
                .isEqualTo("rw-------");
    }

    /** What an operator writes is text in a report, never a heading, a table or a link. */
    @Test
    void aReasonStaysText() throws IOException {
        fake.report(hold(3, "# done | [x](http://evil) <b> `rm`\n- item"));
        new Reports(fake, data, () -> 10, Runnable::run).look();
        assertThat(Files.readString(data.resolve("reports/decision-3.md")))
                .contains(
                        "ann (127.0.0.1) asked for hold: \\# done \\| \\[x\\](http://evil) \\<b\\> \\`rm\\` - item\n");
    }

    @Test
    void theNewestAreKeptAndWhatIsMissingIsWritten() throws IOException {
        for (int i = 1; i <= 5; i++) {
            fake.report(hold(i, "r"));
        }
        Reports reports = new Reports(fake, data, () -> 3, Runnable::run);
        reports.look();
        assertThat(files()).containsExactly("3.json", "3.md", "4.json", "4.md", "5.json", "5.md");
        Files.delete(data.resolve("reports/decision-4.json")); // as a kill leaves it
        Files.writeString(data.resolve("reports/note.txt"), "mine");
        fake.report(rollback(9));
        reports.journaled("rolledBack");
        assertThat(files()).containsExactly("4.json", "4.md", "5.json", "5.md", "9.json", "9.md", "note.txt");
    }

    @Test
    void aFullQueueIsOneLook() {
        List<Runnable> queue = new ArrayList<>();
        Reports reports = new Reports(fake, data, () -> 3, queue::add);
        for (int i = 0; i < 100; i++) {
            reports.journaled("held");
        }
        assertThat(queue).hasSize(1);
    }

    @Test
    void theApiServesThem() throws Exception {
        fake.report(hold(3, "r"));
        fake.report(rollback(12));
        try (AdminServer admin = AdminServer.start(fake)) {
            String url = "http://127.0.0.1:" + admin.address().getPort() + "/v1/decisions";
            assertThat(Wire.answer(get(url, null).body(), Decisions.class).decisions())
                    .extracting(Decisions.Summary::sequence)
                    .containsExactly(12L, 3L);
            assertThat(Wire.answer(get(url + "/12", null).body(), DecisionReport.class)
                            .reason())
                    .isEqualTo("errors-concurrent");
            assertThat(get(url + "/12", "text/markdown").body()).startsWith("# Rollback of orders");
            assertThat(get(url + "/12", "image/png").statusCode()).isEqualTo(406);
            assertThat(get(url + "/4", null).statusCode()).isEqualTo(404);
            assertThat(get(url + "/x", null).statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(String url, @Nullable String accept) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (accept != null) {
            request.header("Accept", accept);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("reports"))) {
            return files.map(file -> file.getFileName().toString().replace("decision-", ""))
                    .sorted()
                    .toList();
        }
    }

    private static Report rollback(long sequence) {
        return new Report(
                sequence,
                1_700_000_000_000L,
                "orders",
                "2.0",
                "rollback",
                "immediate",
                "errors-concurrent",
                null,
                new Report.Place("baking", 2, 1, 5_000),
                new Report.Place("rolledBack", 2, 1, 0),
                List.of("canary failed 15 of 1,240 requests"),
                Map.of("canaryRequests", 1_240.0, "canaryFailures", 15.0, "canaryUnits", 14.0));
    }

    private static Report hold(long sequence, String reason) {
        return new Report(
                sequence,
                1_700_000_000_000L,
                "orders",
                "",
                "hold",
                "",
                "operator",
                new RolloutStatus.Asked(sequence - 1, 1_700_000_000_000L, "hold", "ann (127.0.0.1)", reason, null),
                new Report.Place("baking", 1, 1, 5_000),
                new Report.Place("held", 1, 1, 5_000),
                List.of(),
                Map.of());
    }
}
