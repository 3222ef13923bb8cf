package io.crossfade.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads messages of HTTP/1 as a peer does, and says in words what came; for scripts, whose bodies are short texts. */
final class Http1Text {
    /** What a head begins; the words of a script. */
    interface Heads {
        /** Says the start line and the fields that matter; tells whether a body follows that has no length of its own. */
        String words(String startLine, List<String> fields);
    }

    private enum State {
        HEAD,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final Heads heads;
    private final boolean answers;
    private final StringBuilder bytes = new StringBuilder();
    private final List<String> words = new ArrayList<>();
    private final List<Boolean> bodiless = new ArrayList<>();
    private State state = State.HEAD;
    private int left;
    private int messages;

    Http1Text(boolean answers, Heads heads) {
        this.answers = answers;
        this.heads = heads;
    }

    /** The next answer is one to a HEAD. */
    void expect(boolean head) {
        bodiless.add(head);
    }

    void add(byte[] more) {
        bytes.append(new String(more, ISO_8859_1));
        boolean moved = true;
        while (moved) {
            moved = switch (state) {
                case HEAD -> head();
                case LENGTH -> length();
                case CHUNKED -> chunk();
                case UNTIL_CLOSE -> untilClose();
            };
        }
    }

    /** What came since the last time, in words. */
    List<String> take() {
        List<String> taken = List.copyOf(words);
        words.clear();
        return taken;
    }

    /** Messages whose end was seen. */
    int messages() {
        return messages;
    }

    /** Bytes of a message that is not complete. */
    String rest() {
        return bytes.toString();
    }

    private boolean head() {
        int end = bytes.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        List<String> lines = List.of(bytes.substring(0, end).split("\r\n", -1));
        bytes.delete(0, end + 4);
        List<String> fields = lines.subList(1, lines.size());
        words.add(heads.words(lines.get(0), fields));
        boolean interim = answers && lines.get(0).startsWith("HTTP/1.1 1");
        if (interim) {
            return true;
        }
        boolean toHead = answers && !bodiless.isEmpty() && bodiless.remove(0);
        String length = field(fields, "content-length");
        String coding = field(fields, "transfer-encoding");
        String status = answers ? lines.get(0).split(" ", -1)[1] : "";
        if (toHead || status.equals("204") || status.equals("304")) {
            whole();
        } else if (!coding.isEmpty()) {
            state = State.CHUNKED;
        } else if (!length.isEmpty()) {
            left = Integer.parseInt(length);
            state = State.LENGTH;
            if (left == 0) {
                whole();
            }
        } else if (answers) {
            state = State.UNTIL_CLOSE;
        } else {
            whole();
        }
        return true;
    }

    private boolean length() {
        if (bytes.isEmpty()) {
            return false;
        }
        int some = Math.min(left, bytes.length());
        text(some);
        left -= some;
        if (left == 0) {
            whole();
        }
        return true;
    }

    private boolean chunk() {
        int line = bytes.indexOf("\r\n");
        if (line < 0) {
            return false;
        }
        int size = Integer.parseInt(bytes.substring(0, line).split(";", -1)[0], 16);
        if (size == 0) {
            int end = bytes.indexOf("\r\n\r\n", line);
            if (end < 0) {
                return false;
            }
            if (end > line) {
                words.add("trailers [" + bytes.substring(line + 2, end).replace("\r\n", ", ") + "]");
            }
            bytes.delete(0, end + 4);
            whole();
            return true;
        }
        if (bytes.length() < line + 2 + size + 2) {
            return false;
        }
        bytes.delete(0, line + 2);
        text(size);
        bytes.delete(0, 2);
        return true;
    }

    private boolean untilClose() {
        if (!bytes.isEmpty()) {
            text(bytes.length());
        }
        return false;
    }

    private void text(int length) {
        String part = bytes.substring(0, length);
        bytes.delete(0, length);
        words.add(length > 60 ? length + " bytes" : '"' + part.replace("\n", "\\n") + '"');
    }

    private void whole() {
        state = State.HEAD;
        messages++;
        words.add("whole");
    }

    static String field(List<String> fields, String name) {
        return fields.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
