package io.crossfade.load;

import java.nio.charset.StandardCharsets;

/** Collects one HTTP/1.1 head out of pieces; trusts its peer, because both sides are ours or under test. */
final class HeadReader {
    static final int INCOMPLETE = -1;
    private static final int MAX_HEAD = 16 << 10;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    private final byte[] head = new byte[MAX_HEAD];
    private int length;
    private boolean whole;

    /**
     * Takes bytes up to the end of the head.
     *
     * @return index after the head's last byte, or INCOMPLETE when all bytes were taken and more are needed
     * @throws IllegalStateException when the head is longer than 16 KiB
     */
    int feed(byte[] source, int from, int to) {
        if (whole) {
            whole = false;
            length = 0;
        }
        for (int i = from; i < to; i++) {
            if (length == MAX_HEAD) {
                throw new IllegalStateException("a head of more than " + MAX_HEAD + " bytes");
            }
            head[length++] = source[i];
            if (source[i] == '\n' && endsWithEmptyLine()) {
                whole = true;
                return i + 1;
            }
        }
        return INCOMPLETE;
    }

    private boolean endsWithEmptyLine() {
        return length >= 4 && head[length - 2] == '\r' && head[length - 3] == '\n' && head[length - 4] == '\r';
    }

    boolean startsWith(byte[] prefix) {
        return length >= prefix.length && matches(0, prefix, false);
    }

    /** The first line of the head, or what is there of it. */
    String firstLine() {
        return new String(head, 0, length, StandardCharsets.US_ASCII)
                .lines()
                .findFirst()
                .orElse("");
    }

    /** Length of the body, or -1 when the head does not say. */
    long contentLength() {
        for (int i = 0; i < length - CONTENT_LENGTH.length; i++) {
            if (head[i] == '\n' && matches(i + 1, CONTENT_LENGTH, true)) {
                return number(i + 1 + CONTENT_LENGTH.length);
            }
        }
        return -1;
    }

    private boolean matches(int at, byte[] expected, boolean anyCase) {
        for (int i = 0; i < expected.length; i++) {
            int b = head[at + i];
            if ((anyCase && b >= 'A' && b <= 'Z' ? b + 32 : b) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private long number(int at) {
        int i = at;
        while (head[i] == ' ') {
            i++;
        }
        long value = 0;
        while (head[i] >= '0' && head[i] <= '9') {
            value = value * 10 + (head[i++] - '0');
        }
        return value;
    }
}
