package io.crossfade.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Whatever is done to a small journal is found: all changes of a byte, all lines taken out, moved, doubled, sealed anew, all cuts. */
final class ChainTest {
    @TempDir
    Path folder;

    private Path journal;
    private Path head;
    private byte[] whole;
    private byte[] known;

    @BeforeEach
    void write() throws IOException {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            bench.ask(Verb.START);
            bench.ask(Verb.ROLLBACK);
        }
        journal = folder.resolve(Journal.FILE);
        head = folder.resolve(JournalHead.FILE);
        whole = Files.readAllBytes(journal);
        known = Files.readAllBytes(head);
        assertThat(lines()).hasSize(5);
        assertThat(found()).isEmpty();
    }

    /** All 255 of each byte; on the disk one of every sixteenth, so that the start is asked too. */
    @Test
    @Tag("slow")
    void eachChangedByteOfTheJournal() throws IOException {
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            String line = "line " + lineOf(at) + " is damaged";
            for (int more = 1; more < 256; more++) {
                changed[at] = (byte) (whole[at] + more);
                String found = walked(changed, known);
                if (!found.contains(line)) {
                    fail("byte " + at + ", " + more + " more: " + found);
                }
            }
            if (at % 16 == 0) {
                Files.write(journal, changed);
                assertThat(found()).as("byte %d", at).contains(line);
            }
        }
    }

    @Test
    void eachChangedByteOfTheHead() throws IOException {
        for (int at = 0; at < known.length; at++) {
            byte[] changed = known.clone();
            for (int more = 1; more < 256; more++) {
                changed[at] = (byte) (known[at] + more);
                assertThat(walked(whole, changed))
                        .as("byte %d, %d more", at, more)
                        .contains("journal.head is damaged");
            }
            if (at % 16 == 0) {
                Files.write(head, changed);
                assertThat(found()).as("byte %d", at).contains("journal.head is damaged");
            }
        }
    }

    @Test
    void eachCut() throws IOException {
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(walked(cut, known)).as("cut to %d bytes", length).isNotEmpty();
            if (length % 16 == 0) {
                Files.write(journal, cut);
                assertThat(found()).as("cut to %d bytes", length).isNotEmpty();
            }
        }
        Files.delete(journal);
        assertThat(found()).contains("journal.jsonl has no line that journal.head knows (seq 5)");
    }

    @Test
    void eachLineTakenOutMovedOrDoubled() throws IOException {
        int lines = lines().size();
        for (int at = 0; at < lines; at++) {
            List<String> without = lines();
            String taken = without.remove(at);
            put(without);
            assertThat(found()).as("without line %d", at + 1).contains(at == lines - 1 ? "knows (seq 5)" : line(at));
            for (int to = 0; to <= lines; to++) {
                if (to < lines) {
                    List<String> moved = new ArrayList<>(without);
                    moved.add(to, taken);
                    put(moved);
                    assertThat(found().isEmpty())
                            .as("line %d moved to %d", at + 1, to + 1)
                            .isEqualTo(at == to);
                }
                List<String> doubled = lines();
                doubled.add(to, taken);
                put(doubled);
                assertThat(found()).as("line %d again at %d", at + 1, to + 1).isNotEmpty();
            }
        }
    }

    /** Who changes a line and computes its hash anew breaks the next; who computes all anew breaks the head. */
    @Test
    void eachLineSealedAnew() throws IOException {
        int lines = lines().size();
        for (int at = 0; at < lines; at++) {
            put(forged(at, at));
            assertThat(found()).as("line %d", at + 1).contains(at == lines - 1 ? "knows (seq 5)" : line(at + 1));
            put(forged(at, lines - 1));
            assertThat(found()).as("from line %d on", at + 1).contains("knows (seq 5)");
        }
    }

    @Test
    void aLineSealedAsFormerBuildsDid() throws IOException {
        for (int at = 0; at < lines().size(); at++) {
            List<String> lines = lines();
            byte[] object = object(lines.get(at));
            byte[] line = SealedLine.seal(SealedLine.JSON.readValue(object, ObjectNode.class));
            lines.set(at, new String(line, UTF_8).strip());
            put(lines);
            assertThat(found()).as("line %d", at + 1).isNotEmpty();
        }
    }

    @Test
    void aHeadThatIsGoneOrOfAnotherJournal() throws IOException {
        Files.delete(head);
        assertThat(found()).contains("journal.head is missing");
        Files.write(head, new JournalHead(5, Sha256.hex(new byte[0]), 1).bytes());
        assertThat(found()).contains("knows (seq 5)");
        Files.write(head, new JournalHead(5, hash(lines().get(4)), 2).bytes());
        assertThat(found()).contains("journal-000000000002.jsonl is missing");
    }

    /** Lines of a former build are found changed once a chain covers them, and cut once the head knows them. */
    @Test
    void theLinesOfAFormerBuildAreCovered() throws IOException {
        List<String> old = new ArrayList<>();
        for (String line : lines()) {
            byte[] sealed = SealedLine.seal(SealedLine.JSON.readValue(object(line), ObjectNode.class));
            old.add(new String(sealed, UTF_8).strip());
        }
        put(old);
        Files.delete(head);
        assertThat(found()).isEmpty(); // and sealed by that
        known = Files.readAllBytes(head);
        List<String> forged = new ArrayList<>(old);
        byte[] changed = object(old.get(2).replace("\"weight\":10000", "\"weight\":90000"));
        byte[] line = SealedLine.seal(SealedLine.JSON.readValue(changed, ObjectNode.class));
        forged.set(2, new String(line, UTF_8).strip());
        assertThat(forged).isNotEqualTo(old);
        put(forged);
        assertThat(found()).contains("knows (seq 5)");
        put(old.subList(0, 4));
        assertThat(found()).contains("knows (seq 5)");
        put(old.subList(1, 5));
        assertThat(found()).isNotEmpty();
        put(old);
        assertThat(found()).isEmpty();
    }

    /** What a walk in memory says; empty when all is well. */
    private static String walked(byte[] journal, byte[] head) throws IOException {
        try {
            ChainWalk walk = new ChainWalk(JournalHead.of(head));
            walk.through(Journal.FILE, journal, true, ChainWalk.Reader.NOBODY);
            walk.end();
            return "";
        } catch (DamagedJournalException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What opening it says; empty when it opens. */
    private String found() throws IOException {
        try (Storage storage = Bench.disk(folder)) {
            Journal.open(storage, Bench.KEPT).journal().close();
            return "";
        } catch (DamagedJournalException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private List<String> lines() {
        return new ArrayList<>(new String(whole, UTF_8).lines().toList());
    }

    private void put(List<String> lines) throws IOException {
        Files.writeString(journal, String.join("\n", lines) + "\n");
        Files.write(head, known);
    }

    private int lineOf(int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            line += whole[i] == '\n' ? 1 : 0;
        }
        return line;
    }

    private static String line(int index) {
        return "line " + (index + 1) + " is damaged";
    }

    /** Another actor in one line, with hashes that are right from there up to another line. */
    private List<String> forged(int at, int upTo) {
        List<String> lines = lines();
        for (int i = at; i <= upTo; i++) {
            byte[] object = object(i == at ? lines.get(i).replace("\"orders\"", "\"odrers\"") : lines.get(i));
            String hash = Chain.hash(i == 0 ? Chain.GENESIS : hash(lines.get(i - 1)), object);
            lines.set(i, new String(Chain.line(object, hash), UTF_8).strip());
        }
        return lines;
    }

    private static byte[] object(String line) {
        return line.replaceFirst(",\"(hash|crc)\":\"[0-9a-f]*\"}$", "}").getBytes(UTF_8);
    }

    private static String hash(String line) {
        return line.substring(line.length() - 66, line.length() - 2);
    }
}
