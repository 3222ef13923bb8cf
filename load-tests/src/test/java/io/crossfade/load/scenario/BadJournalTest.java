package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that cannot be trusted costs the rollouts, never the traffic. */
class BadJournalTest {
    private static final String MANUAL = "weight: 10%\n";

    @TempDir
    Path folder;

    @Test
    void garbageInTheMiddleLeavesEverybodyOnTheBaseline() throws Exception {
        try (Service legacy = Service.start("legacy", 1);
                Service next = Service.start("next", 2);
                Edge edge = Edge.startGuarded(folder, Edge.config(legacy.port(), next.port(), MANUAL))) {
            edge.admin().setWeight("shop", "100%");
            edge.stop();
            Path journal = edge.data().resolve("journal.jsonl");
            String text = Files.readString(journal);
            String damaged = text.replaceFirst("\"weight\":10000", "\"weight\":90000");
            assertThat(damaged).isNotEqualTo(text);
            Files.writeString(journal, damaged);
            edge.restart();
            servesTheBaselineAndRefusesRollouts(edge, "line 2 is damaged");
            assertThat(journal).hasContent(damaged);
        }
    }

    @Test
    void aFileWhereTheFolderShouldBeLeavesEverybodyOnTheBaseline() throws Exception {
        Files.writeString(folder.resolve("data"), "not a folder");
        try (Service legacy = Service.start("legacy", 1);
                Service next = Service.start("next", 2);
                Edge edge = Edge.startGuarded(folder, Edge.config(legacy.port(), next.port(), MANUAL))) {
            servesTheBaselineAndRefusesRollouts(edge, "data is not a folder");
        }
    }

    @Test
    void aTornTailIsCutAndReported() throws Exception {
        try (Service legacy = Service.start("legacy", 1);
                Service next = Service.start("next", 2);
                Edge edge = Edge.startGuarded(folder, Edge.config(legacy.port(), next.port(), MANUAL))) {
            edge.admin().setWeight("shop", "20%");
            edge.kill();
            Path journal = edge.data().resolve("journal.jsonl");
            String whole = Files.readString(journal);
            String half = whole.substring(whole.lastIndexOf('\n', whole.length() - 2) + 1, whole.length() - 40);
            Files.write(journal, half.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
            edge.restart();
            assertThat(edge.admin().weight("shop")).isEqualTo(0.2);
            assertThat(edge.said()).contains("journal.jsonl: cut " + half.length() + " bytes");
            assertThat(edge.admin().get("/readyz?verbose").body()).contains("[+]journal: journal.jsonl: cut");
            assertThat(journal).hasContent(whole);
        }
    }

    private static void servesTheBaselineAndRefusesRollouts(Edge edge, String why) throws Exception {
        ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
        try (Users users = Users.start(edge.port(), 2, 0, i -> i < 100 ? new Ask("/", (int) i) : null, answers::add)) {
            users.await(30);
        }
        assertThat(answers)
                .hasSize(100)
                .allMatch(a -> a.status() == 200 && a.server().equals("legacy"));
        for (String type : new String[] {"setWeight", "rollback"}) {
            String more = type.equals("setWeight") ? ",\"weight\":\"5%\"" : "";
            HttpResponse<String> refused = edge.admin().ask("shop", type, more);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
            assertThat(refused.body()).contains(why);
        }
        HttpResponse<String> ready = edge.admin().get("/readyz?verbose");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).contains("[-]journal: unreadable", why);
        assertThat(edge.said()).contains("ERROR", "journal unreadable", why);
    }
}
