package io.crossfade.http;

/** Why a message is refused: the word for metrics and logs, the status for the client. The full list is the http room's own. */
public enum Refusal {
    MALFORMED("malformed", 400);

    private final String word;
    private final int status;

    Refusal(String word, int status) {
        this.word = word;
        this.status = status;
    }

    /** Lower case with underscores, the label value of crossfade_refused_requests_total. */
    public String word() {
        return word;
    }

    /** Status for the client; refusals of an upstream's answer have 502. */
    public int status() {
        return status;
    }
}
