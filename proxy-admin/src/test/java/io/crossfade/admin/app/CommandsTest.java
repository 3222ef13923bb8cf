package io.crossfade.admin.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.cli.Terminal;
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
        for (String verb : new String[] {"serve", "check", "demo", "status", "rollout", "explain", "health"}) {
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
