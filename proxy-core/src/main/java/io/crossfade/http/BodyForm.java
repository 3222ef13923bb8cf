package io.crossfade.http;

/**
 * In which form the bytes of a body are handed from one door to the other. The taker says which it takes; the giver gives it so.
 */
public enum BodyForm {
    /** With the framing of HTTP/1.1, trailers included: the bytes pass as they came. */
    FRAMED,
    /** Content alone; its end and its trailers are told beside it. */
    CONTENT
}
