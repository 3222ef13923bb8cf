package io.crossfade.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A damaged journal and what of it can still be read, trusted or not. For the thread that reads it. */
final class Wreck {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final List<String> files;
    private final Standings standings = new Standings();
    private long sequence;

    private Wreck(List<String> files) {
        this.files = files;
    }

    static Wreck read(Storage storage) throws IOException {
        Wreck wreck = new Wreck(storage.names().stream()
                .filter(name -> name.equals(JournalHead.FILE) || name.equals(JournalFiles.CURRENT) || isClosed(name))
                .sorted()
                .toList());
        for (String name : wreck.files) {
            if (isClosed(name)) {
                wreck.salvage(storage.read(name));
            }
        }
        wreck.salvage(storage.read(JournalFiles.CURRENT));
        wreck.known(storage.read(JournalHead.FILE));
        return wreck;
    }

    private static boolean isClosed(String name) {
        return name.startsWith("journal-");
    }

    /** The highest that any part of it has, so that no number is given twice. */
    long sequence() {
        return sequence;
    }

    Standings standings() {
        return standings;
    }

    /** Copies the file that grows and the head, and moves the closed ones: the first two are replaced later, whole. */
    List<Opening.Aside> copyAside(Storage storage, Instant at) throws IOException {
        List<Opening.Aside> aside = new ArrayList<>();
        for (String name : files) {
            String to = "damaged-" + STAMP.format(at) + "-" + name;
            aside.add(new Opening.Aside(to, Sha256.hex(storage.read(name))));
            if (isClosed(name)) {
                storage.rename(name, to);
            } else {
                storage.copy(name, to);
            }
        }
        return aside;
    }

    private void salvage(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        text.lines().forEach(line -> salvage(line.replaceFirst(",\"(hash|crc)\":\"[0-9a-f]*\"}$", "}")));
    }

    private void salvage(String line) {
        byte[] object = line.getBytes(StandardCharsets.UTF_8);
        try {
            Optional<Opening> opening = Opening.of(object);
            if (opening.isPresent()) {
                sequence = Math.max(sequence, opening.get().sequence());
                standings.begin(
                        Math.max(standings.nowMillis(), opening.get().nowMillis()),
                        opening.get().rollouts());
            } else {
                JournalLine event = JournalLine.of(object);
                sequence = Math.max(sequence, event.sequence());
                standings.note(event);
            }
        } catch (IllegalArgumentException notALine) {
            // what cannot be read tells nothing
        }
    }

    private void known(byte[] head) {
        try {
            sequence = Math.max(sequence, JournalHead.of(head).sequence());
        } catch (IOException damaged) {
            // then the lines alone tell it
        }
    }
}
