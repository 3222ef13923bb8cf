package io.crossfade.http;

/** The bounds of heads, chunk framing and trailers, in bytes and counts; see {@code io.crossfade.config.Limits}. */
public record HttpLimits(
        int requestLine,
        int head,
        int fields,
        int field,
        int cookie,
        int chunkLine,
        int chunkExtensions,
        int trailerFields,
        int trailers,
        int responseHead) {

    public HttpLimits {
        positive("requestLine", requestLine);
        positive("head", head);
        requestLine = Math.min(requestLine, head);
        positive("fields", fields);
        positive("field", field);
        positive("cookie", cookie);
        positive("chunkLine", chunkLine);
        atLeast(0, "chunkExtensions", chunkExtensions);
        atLeast(0, "trailerFields", trailerFields);
        atLeast(0, "trailers", trailers);
        positive("responseHead", responseHead);
    }

    public static HttpLimits defaults() {
        return new HttpLimits(8 << 10, 32 << 10, 100, 8 << 10, 8 << 10, 256, 4 << 10, 64, 8 << 10, 64 << 10);
    }

    private static void positive(String name, int value) {
        atLeast(1, name, value);
    }

    private static void atLeast(int least, String name, int value) {
        if (value < least || value > 1 << 24) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + "..16777216)");
        }
    }
}
