package io.crossfade.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads streams by their bytes. */
final class Bytes {
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");

    /** Up to and with this end, or null when the stream ends first. */
    static @Nullable String until(InputStream in, String end) throws IOException {
        byte[] mark = end.getBytes(ISO_8859_1);
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < mark.length) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            seen.write(b);
            matched = b == mark[matched] ? matched + 1 : b == mark[0] ? 1 : 0;
        }
        return seen.toString(ISO_8859_1);
    }

    static String exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("end of stream after " + bytes.length + " of " + length + " bytes");
        }
        return new String(bytes, ISO_8859_1);
    }

    static int contentLength(String head) {
        Matcher found = CONTENT_LENGTH.matcher(head);
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    private Bytes() {}
}
