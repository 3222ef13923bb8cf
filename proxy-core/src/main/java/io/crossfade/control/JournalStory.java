package io.crossfade.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The journal as a restart reads it.
 *
 * <p>The lines are those of the last two files: evidence may be older than the file that grows, but never than the one before.
 *
 * @param files the closed ones, the oldest first, then the one that grows
 * @param start where every rollout stood before the lines
 * @param startMillis the instant up to which time had passed before the lines
 */
record JournalStory(
        @Nullable JournalHead head,
        List<JournalFile> files,
        List<Standing> start,
        long startMillis,
        List<JournalLine> lines) {
    JournalStory {
        files = List.copyOf(files);
        start = List.copyOf(start);
        lines = List.copyOf(lines);
    }

    /** A journal that nobody has written yet, or that nobody could read. */
    static final JournalStory NONE = new JournalStory(null, List.of(), List.of(), 0, List.of());

    /** @throws IOException when the journal cannot be read, or is not what was written; nothing is changed */
    static JournalStory read(Storage storage, JournalFiles names) throws IOException {
        ChainWalk walk = new ChainWalk(names.head());
        List<JournalFile> files = new ArrayList<>();
        int closed = names.closed().size();
        for (int i = 0; i < closed; i++) {
            String name = names.closed().get(i);
            JournalFile file = new JournalFile(name, i == closed - 1, walk.hash());
            walk.through(name, storage.read(name), false, file);
            files.add(file);
        }
        JournalFile current = new JournalFile(JournalFiles.CURRENT, true, walk.hash());
        walk.through(JournalFiles.CURRENT, storage.read(JournalFiles.CURRENT), true, current);
        walk.end();
        files.add(current);
        names.beginAt(files.get(0).first());
        return of(names.head(), files);
    }

    private static JournalStory of(@Nullable JournalHead head, List<JournalFile> files) {
        List<JournalFile> told = files.subList(Math.max(0, files.size() - 2), files.size());
        List<JournalLine> lines = new ArrayList<>();
        told.forEach(file -> lines.addAll(file.lines()));
        Opening opening = told.get(0).opening();
        return opening == null
                ? new JournalStory(head, files, List.of(), 0, lines)
                : new JournalStory(head, files, opening.rollouts(), opening.nowMillis(), lines);
    }

    JournalFile current() {
        return files.get(files.size() - 1);
    }

    /** The first line that is told, where it is no event. */
    @Nullable
    Opening opening() {
        return files.isEmpty() ? null : files.get(Math.max(0, files.size() - 2)).opening();
    }

    /** Where every rollout stands at the end. */
    Standings end() {
        Standings end = new Standings();
        end.begin(startMillis, start);
        lines.forEach(end::note);
        return end;
    }

    /** Of the last line; 0 when there is none. */
    long sequence() {
        if (!lines.isEmpty()) {
            return lines.get(lines.size() - 1).sequence();
        }
        Opening opening = files.isEmpty() ? null : current().opening();
        return opening == null ? 0 : opening.sequence();
    }
}
