package io.crossfade.exchange;

import java.util.List;

/** A client of a script, in the words that every protocol has. */
interface ClientDoor {
    /**
     * @param version HTTP/1.1, or HTTP/1.0 where the protocol has it
     * @param user the unit key
     * @param fields further field lines
     * @param length of the body: 0 for none, or UNKNOWN
     * @param body what of it comes with the head
     */
    record Request(
            String method, String target, String version, String user, List<String> fields, int length, String body) {
        static final int UNKNOWN = -1;
    }

    void request(Request request);

    /** @param last whether the body ends with it */
    void body(String text, boolean last);

    /** Ends the body with a trailer. */
    void trailers(String line);

    /** Bytes of the protocol, right or wrong. */
    void raw(String bytes);

    /** Ends the connection in order, behind all that it has sent. */
    void goesAway();

    void resets();

    /** A fault of our own comes up while its connection is served. */
    void faults();

    /** Whether it takes what is sent to it. */
    void takes(boolean on);

    /** Hands over one piece of what it has sent, when that is wanted; false when nothing moved. */
    boolean deliver();

    /** What came since the last time, in words. */
    List<String> saw();

    /** The script is over. */
    void end();
}
