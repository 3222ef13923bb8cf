package io.crossfade.exchange;

import java.util.List;

/** One connection to an endpoint of a script, in the words that every protocol has. */
interface EndpointDoor {
    /** Whether a request came that is not answered to its end. */
    boolean owesAnswer();

    /** An interim answer. */
    void interim(int status);

    /**
     * The head of an answer and what comes with it.
     *
     * @param length of the body, UNKNOWN for chunks or the like, UNTIL_CLOSE when the end of the connection is its end
     * @param last whether the answer ends with it
     */
    void answer(int status, List<String> fields, int length, String body, boolean last);

    int UNTIL_CLOSE = -2;

    void body(String text, boolean last);

    /** Ends the body with a trailer. */
    void trailers(String line);

    void raw(String bytes);

    void closes();

    void resets();

    /** A fault of our own comes up while its connection is served. */
    void faults();

    void takes(boolean on);

    boolean deliver();

    List<String> saw();

    boolean isOpen();

    void end();
}
