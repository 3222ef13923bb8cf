package io.crossfade.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.server.AdminServer;
import io.crossfade.control.ControlApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code crossfade audit}: what it prints of a journal, and its exit codes. */
class AuditTest {
    private static final String JOURNAL = """
            {"seq":3,"at":"2027-01-15T08:00:00Z","now":1000,"type":"requested","rollout":"orders","verb":"start",\
            "actor":"ann","reason":"told so","more":true,"crc":"2d98e79c"}
            {"seq":4,"at":"2027-01-15T08:00:00Z","now":1000,"type":"attemptBegun","rollout":"orders","attempt":1,\
            "plan":"10%/1m 50%/1m 100%/1m","more":true,"crc":"f209395c"}
            {"seq":5,"at":"2027-01-15T08:00:00Z","now":1000,"type":"stepEntered","rollout":"orders","step":0,"weight":10000,\
            "crc":"a625eb32"}
            """;

    @TempDir
    private Path folder = Path.of("");

    private FakeServer fake = new FakeServer();
    private AdminServer admin;
    private Screen screen;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("journal.jsonl"), JOURNAL);
        fake = new FakeServer(folder);
        admin = AdminServer.start(fake);
        screen = new Screen("http://127.0.0.1:" + admin.address().getPort());
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void listsTheNewestFirstInPages() {
        assertThat(screen.run("audit", "list", "--limit", "2")).isZero();
        assertThat(screen.out().lines())
                .containsExactly(
                        "SEQ  AT                    ROLLOUT  WHAT                             WHO  REASON",
                        "5    2027-01-15T08:00:00Z  orders   stepEntered, step 1, weight 10%",
                        "4    2027-01-15T08:00:00Z  orders   attemptBegun, attempt 1",
                        "older: crossfade audit list --before 4");
        assertThat(screen.run("audit", "list", "--before", "4")).isZero();
        assertThat(screen.out().lines().toList().get(1))
                .matches("3 +2027-01-15T08:00:00Z +orders +start +ann +told so");
        assertThat(screen.run("audit", "list", "-o", "json")).isZero();
        assertThat(screen.out()).contains("\"actor\" : \"ann\"", "\"before\" : null");
        assertThat(screen.run("audit", "list", "--limit", "1001")).isEqualTo(Exit.USAGE);
    }

    @Test
    void verifiesAndNamesTheLine() throws IOException {
        assertThat(screen.run("audit", "verify")).isZero();
        assertThat(screen.out()).startsWith("3 lines are as they were written; head 5:");
        String head = screen.out().strip().replaceFirst(".* head ", "");
        assertThat(screen.run("audit", "verify", "--head", head)).isZero();
        assertThat(screen.run("audit", "verify", "--head", "5:" + "0".repeat(64)))
                .isEqualTo(Exit.FAILED);
        assertThat(screen.out()).contains("the journal has no line 5 with the hash 000");
        assertThat(screen.run("audit", "verify", "--head", "5")).isEqualTo(Exit.USAGE);

        Files.writeString(folder.resolve("journal.jsonl"), JOURNAL.replace("\"attempt\":1", "\"attempt\":2"));
        assertThat(screen.run("audit", "verify")).isEqualTo(Exit.FAILED);
        assertThat(screen.out()).contains("journal.jsonl: line 2 is damaged");
    }

    @Test
    void acceptsWithAReasonAndOnlyWhatIsDamaged() {
        assertThat(screen.run("audit", "accept")).isEqualTo(Exit.USAGE);
        assertThat(screen.run("audit", "accept", "--reason", " ")).isEqualTo(Exit.USAGE);
        assertThat(screen.run("audit", "accept", "--reason", "why not")).isEqualTo(Exit.NOT_ALLOWED);
        assertThat(screen.err()).contains("there is nothing to accept");
        fake.health(new ControlApi.Health(false, false, 0, 0, "journal.jsonl: line 2 is damaged"));
        assertThat(screen.run("audit", "accept", "--reason", "bad disk")).isZero();
        assertThat(screen.out()).contains("accepted: bad disk");
    }
}
