package io.crossfade.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Character classes of RFC 9110 and RFC 9112 as tables, and the search that looks at eight bytes at once.
 *
 * <p>Loops over these tables carry no bounds of their own: the scanners put a NUL after the last byte (it is in no class)
 * and {@link #SLACK} bytes behind it.
 */
final class Octets {
    /** Bytes that an array must have behind its content: one NUL and room for a word that starts on it. */
    static final int SLACK = 8;

    /** In {@link #NAME}: a token character; anything but 0 is one. */
    static final byte TOKEN = 1;

    /** In {@link #NAME}: the underscore, a token character that CGI upstreams confuse with a hyphen. */
    static final byte UNDERSCORE = 3;

    /** In {@link #PATH}: nothing to look at. */
    static final byte PLAIN = 1;

    static final byte SLASH = 2;
    static final byte PERCENT = 3;

    static final byte[] NAME = new byte[256];
    static final byte[] PATH = new byte[256];

    /** Characters of a target that browsers really send, in the query part; a superset of {@link #PATH}. */
    static final byte[] QUERY = new byte[256];

    /** Characters of a reg-name (RFC 3986) but the percent sign, and but the comma: a Host with one is two Hosts folded. */
    static final byte[] REG_NAME = new byte[256];

    static final byte[] UNRESERVED = new byte[256];

    /** Value of a hexadecimal digit, or -1. */
    static final byte[] HEX = new byte[256];

    private static final byte[] LOWER = new byte[256];
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    static {
        for (int c = 0; c < 256; c++) {
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
            HEX[c] = (byte) Character.digit((char) (c < 128 ? c : 0), 16);
        }
        for (int c = 0x21; c < 0x7f; c++) {
            boolean alphanumeric = (c >= '0' && c <= '9') || (LOWER[c] >= 'a' && LOWER[c] <= 'z');
            NAME[c] = flag(alphanumeric || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
            QUERY[c] = flag("\"<>#".indexOf(c) < 0);
            PATH[c] = flag("\"<>#?\\".indexOf(c) < 0);
            UNRESERVED[c] = flag(alphanumeric || "-._~".indexOf(c) >= 0);
            REG_NAME[c] = flag(alphanumeric || "-._~!$&'()*+;=".indexOf(c) >= 0);
        }
        NAME['_'] = UNDERSCORE;
        PATH['/'] = SLASH;
        PATH['%'] = PERCENT;
    }

    private static byte flag(boolean in) {
        return (byte) (in ? 1 : 0);
    }

    /** The first control character but TAB at or after {@code from}; there must be one, the NUL after the content. */
    static int endOfText(byte[] bytes, int from) {
        int at = from;
        while (true) {
            long word = (long) WORD.get(bytes, at);
            long delete = word ^ (0x7f * ONES);
            // The lowest set bit is exact: a borrow disturbs only bytes above a hit.
            long hits = (((word - 0x20 * ONES) & ~word) | ((delete - ONES) & ~delete)) & TOPS;
            if (hits == 0) {
                at += 8;
                continue;
            }
            at += Long.numberOfTrailingZeros(hits) >>> 3;
            if (bytes[at] != '\t') {
                return at;
            }
            at++;
        }
    }

    static long word(byte[] bytes, int at) {
        return (long) WORD.get(bytes, at);
    }

    static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    static boolean isControl(byte c) {
        return (c >= 0 && c < 0x20) || c == 0x7f;
    }

    /** Whether the range equals the name, which is in lower case, in any case. */
    static boolean equalsIgnoringCase(byte[] bytes, int from, int to, byte[] lowerCase) {
        if (to - from != lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            if (LOWER[bytes[from + i] & 0xff] != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether two ranges of the same array are the same word in any case. */
    static boolean sameIgnoringCase(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (LOWER[bytes[from + i] & 0xff] != LOWER[bytes[otherFrom + i] & 0xff]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the range begins with the name, which is in lower case, in any case. */
    static boolean startsIgnoringCase(byte[] bytes, int from, int to, byte[] lowerCase) {
        return to - from >= lowerCase.length && equalsIgnoringCase(bytes, from, from + lowerCase.length, lowerCase);
    }

    static int lower(byte c) {
        return LOWER[c & 0xff];
    }

    /** The byte that a percent sign at {@code at} and two hexadecimal digits before {@code to} stand for, or -1. */
    static int percentDecoded(byte[] bytes, int at, int to) {
        if (at + 2 >= to) {
            return -1;
        }
        int high = HEX[bytes[at + 1] & 0xff];
        int low = HEX[bytes[at + 2] & 0xff];
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Octets() {}
}
