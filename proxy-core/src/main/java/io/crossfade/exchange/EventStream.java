package io.crossfade.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crossfade.http.ResponseHead;

/** Which answers are streams of events (Server-Sent Events): silence in them is nobody's fault. */
final class EventStream {
    private static final byte[] CONTENT_TYPE = "content-type".getBytes(US_ASCII);
    private static final byte[] TYPE = "text/event-stream".getBytes(US_ASCII);
    private static final int CASE = 0x20;

    private EventStream() {}

    /** By the media type, whose case does not matter and behind which parameters may stand (RFC 9110 section 8.3.1). */
    static boolean is(ResponseHead head) {
        int field = head.find(CONTENT_TYPE);
        if (field < 0 || head.valueEnd(field) - head.valueStart(field) < TYPE.length) {
            return false;
        }
        byte[] bytes = head.bytes();
        int at = head.valueStart(field);
        for (byte expected : TYPE) {
            byte b = bytes[at++];
            boolean same = b == expected || (b >= 'A' && b <= 'Z' && (b | CASE) == expected);
            if (!same) {
                return false;
            }
        }
        return at == head.valueEnd(field) || bytes[at] == ';' || bytes[at] == ' ' || bytes[at] == '\t';
    }
}
