package io.crossfade.control;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of a log: a JSON object on one line, ended by a line feed, whose last member seals it.
 *
 * <p>The last member is {@code "crc":"xxxxxxxx"}: CRC-32C (RFC 3720, section 12.1), 8 lower-case hexadecimal digits, over
 * the UTF-8 bytes of the same object without that member and its comma, from <code>{</code> to <code>}</code>.
 */
final class SealedLine {
    static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .build();

    private static final byte[] SEAL = ",\"crc\":\"00000000\"}".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS_AT = 8;

    /** The lines of a log, and what of its bytes they are. */
    record Lines(List<Sealed> sealed, int goodBytes, Damage damage) {}

    /** An object and the bytes it was read from, line feed included. */
    record Sealed(ObjectNode object, byte[] bytes) {}

    enum Damage {
        NONE,
        /** The last line is incomplete or does not match its seal, as after a crash: cut it off. */
        TORN_TAIL,
        /** A line before the last one does not match its seal: no crash does that. */
        BAD_LINE
    }

    /** The object as a sealed line, line feed included. */
    static byte[] seal(ObjectNode object) {
        byte[] text = JSON.writeValueAsBytes(object);
        byte[] line = Arrays.copyOf(text, text.length - 1 + SEAL.length + 1);
        System.arraycopy(SEAL, 0, line, text.length - 1, SEAL.length);
        byte[] digits = digits(text, 0, text.length - 1).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, line, text.length - 1 + DIGITS_AT, digits.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** All lines up to the first damaged one. */
    static Lines read(byte[] bytes) {
        List<Sealed> lines = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int end = indexOfLineFeed(bytes, from);
            Optional<ObjectNode> object = end < 0 ? Optional.empty() : open(bytes, from, end);
            if (object.isEmpty()) {
                boolean last = end < 0 || end == bytes.length - 1;
                return new Lines(lines, from, last ? Damage.TORN_TAIL : Damage.BAD_LINE);
            }
            lines.add(new Sealed(object.get(), Arrays.copyOfRange(bytes, from, end + 1)));
            from = end + 1;
        }
        return new Lines(lines, from, Damage.NONE);
    }

    private static Optional<ObjectNode> open(byte[] bytes, int from, int end) {
        if (object(bytes, from, end).isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(bytes, from, end - from);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty(); // sealed by a stranger: as bad as a wrong seal
        }
    }

    /** The object of a line, whose line feed is left out, without its seal; empty when it does not match that. */
    static Optional<byte[]> object(byte[] bytes, int from, int end) {
        int body = end - SEAL.length;
        if (body < from) {
            return Optional.empty();
        }
        byte[] seal = SEAL.clone();
        System.arraycopy(digits(bytes, from, body).getBytes(StandardCharsets.US_ASCII), 0, seal, DIGITS_AT, 8);
        if (!Arrays.equals(seal, 0, seal.length, bytes, body, end)) {
            return Optional.empty();
        }
        byte[] object = Arrays.copyOfRange(bytes, from, body + 1);
        object[object.length - 1] = '}';
        return Optional.of(object);
    }

    /** Over the bytes and a closing brace. */
    private static String digits(byte[] bytes, int from, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, end - from);
        crc.update('}');
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    static int indexOfLineFeed(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private SealedLine() {}
}
