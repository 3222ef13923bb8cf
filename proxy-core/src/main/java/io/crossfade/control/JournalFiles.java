package io.crossfade.control;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a journal: {@code journal.jsonl}, which grows, and the closed ones before it, each named after its first sequence.
 *
 * @param head what {@code journal.head} says; null when there is none
 * @param closed names, the oldest first
 */
record JournalFiles(@Nullable JournalHead head, List<String> closed) {
    static final String CURRENT = "journal.jsonl";

    private static final Pattern CLOSED = Pattern.compile("journal-([0-9]{12,19})\\.jsonl");

    static String closed(long first) {
        return String.format(Locale.ROOT, "journal-%012d.jsonl", first);
    }

    static long first(String closed) {
        Matcher matcher = CLOSED.matcher(closed);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(closed);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** @throws DamagedJournalException when the head is damaged */
    static JournalFiles of(Storage storage) throws IOException {
        byte[] bytes = storage.read(JournalHead.FILE);
        JournalHead head = bytes.length == 0 ? null : JournalHead.of(bytes);
        long oldest = head == null ? 0 : head.oldest();
        TreeMap<Long, String> closed = new TreeMap<>();
        for (String name : storage.names()) {
            Matcher matcher = CLOSED.matcher(name);
            if (matcher.matches() && Long.parseLong(matcher.group(1)) >= oldest) {
                closed.put(Long.parseLong(matcher.group(1)), name);
            }
        }
        return new JournalFiles(head, List.copyOf(closed.values()));
    }

    /** @throws DamagedJournalException when this is not the sequence that the head says the journal begins with */
    void beginAt(long first) throws IOException {
        if (head != null && head.oldest() > 0 && head.oldest() != first) {
            throw new DamagedJournalException(closed(head.oldest()) + " is missing: the journal begins there");
        }
    }

    /** Those that the head does not know any more: left by a death while they were taken away. */
    List<String> leftOver(Storage storage) throws IOException {
        Optional<Long> oldest = Optional.ofNullable(head).map(JournalHead::oldest);
        return storage.names().stream()
                .filter(name -> CLOSED.matcher(name).matches() && first(name) < oldest.orElse(0L))
                .toList();
    }
}
