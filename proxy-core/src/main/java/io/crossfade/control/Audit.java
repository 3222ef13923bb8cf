package io.crossfade.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal of a data folder for those who ask afterwards, also while a server writes it; changes nothing. Any thread that may
 * wait for the disk.
 */
public final class Audit {
    /** How often a journal that changes under the reader's eyes is read again. */
    private static final int TRIES = 5;

    private final Storage folder;

    public Audit(Path data) {
        this.folder = new ReadOnlyFolder(data);
    }

    /** A line that somebody kept elsewhere: it must still be there. */
    public record Known(long sequence, String hash) {
        private static final Pattern WORDS = Pattern.compile("([0-9]{1,18}):([0-9a-f]{64})");

        /** From {@code SEQ:HASH}; empty when it is not that. */
        public static Optional<Known> of(String words) {
            Matcher known = WORDS.matcher(words);
            return known.matches()
                    ? Optional.of(new Known(Long.parseLong(known.group(1)), known.group(2)))
                    : Optional.empty();
        }
    }

    /**
     * What became of a verification.
     *
     * @param problem empty when every line is as it was written; else it names the file and the line
     * @param lines that are as they were written, up to the first that is not
     * @param sequence of the last line; with its hash it is what to keep elsewhere
     */
    public record Verdict(String problem, long lines, long sequence, String hash) {}

    /**
     * Lines as JSON, the newest first.
     *
     * @param before where the next page ends; 0 when this is the last
     */
    public record Page(List<String> lines, long before) {
        public Page {
            lines = List.copyOf(lines);
        }
    }

    /** Whether there is a journal, or some of one. */
    public boolean exists() throws IOException {
        return folder.names().stream()
                .anyMatch(name -> name.equals(JournalHead.FILE)
                        || name.equals(JournalFiles.CURRENT)
                        || name.startsWith("journal-"));
    }

    /**
     * Holds every line that is kept against the one before and the last against the head.
     *
     * @param known a line that must be there too, or null
     * @throws IOException when the folder cannot be read
     */
    public Verdict verify(@Nullable Known known) throws IOException {
        for (int tries = 1; ; tries++) {
            byte[] head = folder.read(JournalHead.FILE);
            Verdict verdict = verifyOnce(known);
            boolean still = Arrays.equals(head, folder.read(JournalHead.FILE));
            if (verdict.problem().isEmpty() || still || tries == TRIES) {
                return verdict;
            }
        }
    }

    private Verdict verifyOnce(@Nullable Known known) throws IOException {
        Seeker seeker = new Seeker(known);
        ChainWalk walk = new ChainWalk(null);
        String problem = "";
        try {
            JournalFiles files = JournalFiles.of(folder);
            walk = new ChainWalk(files.head());
            for (String name : files.closed()) {
                walk.through(name, folder.read(name), false, seeker);
            }
            walk.through(JournalFiles.CURRENT, folder.read(JournalFiles.CURRENT), true, seeker);
            walk.end();
            files.beginAt(seeker.first);
            problem = seeker.problem();
        } catch (DamagedJournalException e) {
            problem = String.valueOf(e.getMessage());
        }
        return new Verdict(problem, walk.lines(), seeker.last, walk.hash());
    }

    /** Notes the first and last number, and looks for a line that somebody knows. */
    private static final class Seeker implements ChainWalk.Reader {
        private final @Nullable Known known;
        private boolean met;
        private long first;
        private long last;

        Seeker(@Nullable Known known) {
            this.known = known;
        }

        @Override
        public void line(byte[] object, String hash, int length) {
            last = SealedLine.JSON.readTree(object).path("seq").longValue();
            first = first == 0 ? last : first;
            met |= known != null && known.sequence() == last && known.hash().equals(hash);
        }

        String problem() {
            if (known == null || met) {
                return "";
            }
            return known.sequence() < first
                    ? "line " + known.sequence() + " is not kept any more: the journal begins at " + first
                    : "the journal has no line " + known.sequence() + " with the hash " + known.hash()
                            + ": it is not the one that was known";
        }
    }

    /**
     * A page of lines, whether or not they are as they were written.
     *
     * @param before lines with a smaller sequence; {@link Long#MAX_VALUE} for the newest
     * @param most lines of the page; one more where two of one number meet its end, as at the end of a file
     * @throws IOException when the folder cannot be read
     */
    public Page list(long before, int most) throws IOException {
        List<String> page = new ArrayList<>();
        List<String> names = new ArrayList<>(folder.names().stream()
                .filter(name -> name.startsWith("journal-"))
                .sorted()
                .toList());
        names.add(JournalFiles.CURRENT);
        Collections.reverse(names);
        for (String name : names) {
            List<String> lines = new ArrayList<>(new String(folder.read(name), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            Collections.reverse(lines);
            for (String line : lines) {
                long sequence = sequence(line);
                long last = page.isEmpty() ? before : sequence(page.get(page.size() - 1));
                if (page.size() >= most && sequence < last) {
                    return new Page(page, last);
                }
                if (sequence < before) {
                    page.add(line);
                }
            }
        }
        return new Page(page, 0);
    }

    /** Of a line as any build wrote it; none when it cannot be read. */
    private static long sequence(String line) {
        String start = "{\"seq\":";
        int comma = line.indexOf(',');
        boolean ours = line.startsWith(start)
                && comma > 0
                && line.substring(start.length(), comma).matches("[0-9]{1,18}");
        return ours ? Long.parseLong(line.substring(start.length(), comma)) : Long.MAX_VALUE;
    }
}
