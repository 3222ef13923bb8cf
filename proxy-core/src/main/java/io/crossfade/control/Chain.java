package io.crossfade.control;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a line of the journal holds on to the line before it.
 *
 * <p>A line's hash is SHA-256 (FIPS 180-4) over the hash of the line before, as 64 lower-case hexadecimal digits, and the line's
 * object in UTF-8, from <code>{</code> to <code>}</code>. On the disk the object has that hash as one more member, its last:
 * {@code "hash":"..."}. So each hash stands for all lines up to its own.
 */
final class Chain {
    /** What the first line of all holds on to. */
    static final String GENESIS = "0".repeat(64);

    private static final byte[] BEFORE = ",\"hash\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEHIND = "\"}\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SEAL = BEFORE.length + GENESIS.length() + BEHIND.length - 1;

    /** The object of a line without its hash, and that hash. */
    record Link(byte[] object, String hash) {}

    static String hash(String before, byte[] object) {
        return Sha256.hex(before.getBytes(StandardCharsets.US_ASCII), object);
    }

    /** The line, line feed included. */
    static byte[] line(byte[] object, String hash) {
        byte[] line = Arrays.copyOf(object, object.length + SEAL);
        int at = object.length - 1;
        System.arraycopy(BEFORE, 0, line, at, BEFORE.length);
        at += BEFORE.length;
        System.arraycopy(hash.getBytes(StandardCharsets.US_ASCII), 0, line, at, hash.length());
        System.arraycopy(BEHIND, 0, line, at + hash.length(), BEHIND.length);
        return line;
    }

    /** Takes a line apart, whose line feed is left out; empty when it has no hash. */
    static Optional<Link> link(byte[] bytes, int from, int end) {
        int body = end - SEAL;
        if (body <= from || !holds(bytes, body, BEFORE) || !holds(bytes, end - 2, new byte[] {'"', '}'})) {
            return Optional.empty();
        }
        byte[] object = Arrays.copyOfRange(bytes, from, body + 1);
        object[object.length - 1] = '}';
        String hash = new String(bytes, body + BEFORE.length, GENESIS.length(), StandardCharsets.US_ASCII);
        return Optional.of(new Link(object, hash));
    }

    private static boolean holds(byte[] bytes, int at, byte[] what) {
        return Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
    }

    private Chain() {}
}
