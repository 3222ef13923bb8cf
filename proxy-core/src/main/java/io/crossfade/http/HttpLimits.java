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

    public static HttpLimits defaults() {
        return new HttpLimits(8 << 10, 32 << 10, 100, 8 << 10, 8 << 10, 256, 4 << 10, 64, 8 << 10, 64 << 10);
    }
}
