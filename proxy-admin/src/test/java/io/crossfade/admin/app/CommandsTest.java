package io.crossfade.admin.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.admin.server.AdminServer;
import io.crossfade.admin.server.ConfigFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that need the whole program, as far as they go without serving. */
class CommandsTest {
    private static final String RIGHT = """
            version: 1
            listeners: [{ name: edge, address: "127.0.0.1:0" }]
            upstreams: [{ name: legacy, endpoints: ["127.0.0.1:${PORT}"] }]
            routes: [{ name: all, match: { pathPrefix: / }, upstream: legacy }]
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void checkSaysWhatIsInAFileThatIsRight() throws IOException {
        Path file = write(RIGHT);

        assertThat(run("check", file.toString())).isZero();
        assertThat(out.toString())
                .isEqualToIgnoringNewLines(file + ": ok (1 listener, 1 upstream, 1 route, 0 rollouts)");
    }

    @Test
    void checkPrintsEachMistakeOnALine() throws IOException {
        Path file = write(RIGHT.replace("pathPrefix", "pathPrefx").replace("upstream: legacy", "upstream: legcy"));

        assertThat(run("check", file.toString())).isEqualTo(2);
        assertThat(out.toString().lines().filter(line -> line.startsWith(file + ":4:")))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(out.toString()).contains("did you mean pathPrefix?");
    }

    @Test
    void checkSaysWhatAnotherFileWouldChange() throws IOException {
        Path file = write(RIGHT);
        Path other = Files.writeString(
                folder.resolve("other.yaml"), RIGHT.replace("] }]", "], maxIdle: 7 }]") + "transport: nio\n");

        assertThat(run("check", other.toString(), "--diff", file.toString())).isZero();
        assertThat(out.toString().lines())
                .containsSubsequence(
                        "~ upstreams legacy maxIdle: 256 -> 7",
                        "~ transport: auto -> nio (needs a restart)",
                        "2 changes, 1 needs a restart");
        assertThat(run("check", file.toString(), "--diff=" + file)).isZero();
        assertThat(out.toString()).endsWith("no change" + System.lineSeparator());
        assertThat(run("check", file.toString(), "--diff", "none.yaml")).isEqualTo(2);
    }

    @Test
    void auditVerifyReadsAFolderWithoutAServer() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        assertThat(run("audit", "verify", data.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no journal is in this folder");
        assertThat(run("audit", "verify", folder.resolve("none").toString())).isEqualTo(1);
        String line =
                "{\"seq\":3,\"at\":\"2027-01-15T08:00:00Z\",\"now\":1000,\"type\":\"requested\",\"rollout\":\"orders\",\"verb\":"
                        + "\"start\",\"actor\":\"ann\",\"reason\":\"told so\",\"more\":true,\"crc\":\"2d98e79c\"}\n";
        Path journal = Files.writeString(data.resolve("journal.jsonl"), line);
        assertThat(run("audit", "verify", data.toString())).isZero();
        assertThat(out.toString()).contains("1 lines are as they were written; head 3:");
        String head = out.toString().strip().replaceFirst("(?s).* head ", "");
        assertThat(run("audit", "verify", data.toString(), "--head", head)).isZero();
        assertThat(run("audit", "verify", data.toString(), "--head", "3:" + "0".repeat(64)))
                .isEqualTo(1);
        assertThat(out.toString()).contains("the journal has no line 3 with the hash 000");
        assertThat(run("audit", "verify", data.toString(), "--head", "3")).isEqualTo(2);

        Files.writeString(journal, line.replace("ann", "eve") + line);
        assertThat(run("audit", "verify", data.toString(), "-o", "json")).isEqualTo(1);
        assertThat(out.toString()).contains("journal.jsonl: line 1 is damaged");
        assertThat(data.toFile().list()).containsExactly("journal.jsonl");
    }

    @Test
    void checkAndConfigShowAskTheRunningServer() throws IOException {
        Path file = write(RIGHT.replace("edge", "door").replace("PORT", "ONLY_THE_SERVER_KNOWS"));
        ConfigFile served = new ConfigFile(Path.of("/srv/crossfade.yaml"), Map.of("ONLY_THE_SERVER_KNOWS", "7"));
        try (AdminServer server = AdminServer.start(new FakeServer(), served)) {
            String url = "http://127.0.0.1:" + server.address().getPort();

            assertThat(run("check", file.toString(), "--diff", "--server", url)).isZero();
            assertThat(out.toString().lines())
                    .contains("- listeners edge", "+ listeners door", "- rollouts orders")
                    .anyMatch(line -> line.startsWith("~ data: ") && line.endsWith(" -> /srv/data (needs a restart)"))
                    .last()
                    .asString()
                    .contains(" changes, ");
            assertThat(run("config", "show", "--effective", "--server", url)).isZero();
            String shown = out.toString().substring(out.toString().indexOf("version: 1"));
            assertThat(shown).contains("setWeight: 1%", "requestLine: 8KiB");
            Path running = Files.writeString(folder.resolve("running.yaml"), shown);
            assertThat(run("check", running.toString(), "--diff", "--server", url))
                    .isZero();
            assertThat(out.toString()).endsWith("no change" + System.lineSeparator());

            Path wrong = write(RIGHT.replace("pathPrefix", "pathPrefx"));
            assertThat(run("check", wrong.toString(), "--diff", "--server", url))
                    .isEqualTo(2);
            assertThat(out.toString())
                    .contains(wrong + ":4:32  routes[0].match.pathPrefx  unknown key (did you mean pathPrefix?)")
                    .contains("environment variable PORT is not set");
            assertThat(run("check", "none.yaml", "--diff", "--server", url)).isEqualTo(2);
            assertThat(out.toString()).contains("none.yaml  cannot be read: no such file");
        }
        assertThat(run("check", file.toString(), "--diff", "--server", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("cannot reach http://127.0.0.1:1");
    }

    @Test
    void reloadWaitsForTheServerAndSaysWhatChanged() throws IOException {
        Path file = write(RIGHT);
        try (AdminServer server = AdminServer.start(new FakeServer(), new ConfigFile(file, Map.of("PORT", "7")))) {
            String url = "http://127.0.0.1:" + server.address().getPort();

            assertThat(run("reload", "--server", url)).isZero();
            assertThat(out.toString().lines())
                    .contains("- rollouts orders")
                    .last()
                    .asString()
                    .matches("reloaded, \\d+ changes");
            assertThat(run("reload", "--server", url)).isZero();
            assertThat(out.toString()).endsWith("reloaded, no change" + System.lineSeparator());
            write(RIGHT.replace("pathPrefix", "pathPrefx"));
            assertThat(run("reload", "--server", url)).isEqualTo(2);
            assertThat(out.toString())
                    .contains(":4:32  routes[0].match.pathPrefx  unknown key (did you mean pathPrefix?)");
            assertThat(err.toString()).contains("nothing has changed");
        }
        assertThat(run("reload", "--server", "http://127.0.0.1:1")).isEqualTo(1);
    }

    @Test
    void configShowFillsInWhatTheFileLeavesOut() throws IOException {
        Path file = write(RIGHT);

        assertThat(run("config", "show", "--effective", file.toString())).isZero();
        assertThat(out.toString())
                .startsWith("version: 1")
                .contains("responseTimeout: 30s", "127.0.0.1:9001", "maxConnections: 50000");
        assertThat(run("config", "show", write("version: 2").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("listeners  missing");
        assertThat(run("config")).isEqualTo(2);
    }

    @Test
    void schemaIsTheOneThatIsKept() throws IOException {
        assertThat(run("schema")).isZero();
        assertThat(out.toString()).isEqualTo(Files.readString(Path.of("../config/schema/crossfade.schema.json")));
    }

    @Test
    void checkOfAFileThatIsNotThere() {
        assertThat(run("check", folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(out.toString()).contains("no such file");
        assertThat(run("check")).isEqualTo(2);
    }

    @Test
    void serveRefusesAWrongFile() throws IOException {
        Path file = write(RIGHT.replace("version: 1", "version: 7"));

        assertThat(run("serve", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(file + ":1:").contains("version");
        assertThat(run("serve", "a.yaml", "--config", "b.yaml")).isEqualTo(2);
    }

    @Test
    void everyVerbHasHelp() {
        for (String verb :
                new String[] {"serve", "check", "config", "schema", "demo", "status", "rollout", "explain", "health"}) {
            assertThat(run(verb, "--help")).as(verb).isZero();
        }
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("rolled back", "serve", "demo", "rollout");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("crossfade.yaml"), text);
    }

    private int run(String... words) {
        Terminal terminal = new Terminal(
                Map.of("PORT", "9001"),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new BufferedReader(new StringReader("")),
                Clock.systemUTC(),
                false,
                false);
        return Main.commands(terminal).execute(words);
    }
}
