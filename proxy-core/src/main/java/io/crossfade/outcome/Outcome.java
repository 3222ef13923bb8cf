package io.crossfade.outcome;

/** How an exchange ended; every exchange ends in exactly one of these. */
public enum Outcome {
    /** The upstream answered, and not with a 5xx or a 429. */
    OK("ok", false),
    /** The upstream answered with a 5xx. */
    FAILED_STATUS("failed_status", true),
    /** The upstream refused the connection. */
    REFUSED("refused", true),
    /** The connection was not there in time. */
    CONNECT_TIMEOUT("connect_timeout", true),
    /** The upstream reset or closed the connection before its answer began. */
    RESET("reset", true),
    /** The upstream ended its answer before it was whole. */
    TRUNCATED("truncated", true),
    /** The upstream's answer did not come in time. */
    RESPONSE_TIMEOUT("response_timeout", true),
    /** What the upstream sent is not a valid answer. */
    BAD_RESPONSE("bad_response", true),
    /** The client went away first. */
    CLIENT_ABORT("client_abort", false),
    /** The upstream answered 429. */
    RATE_LIMITED_429("rate_limited", false),
    /** The request was malformed or forbidden, so it was refused here. */
    REJECTED("rejected", false),
    /** No route matches. */
    NO_ROUTE("no_route", false),
    /** No endpoint of the upstream is healthy: the variant cannot answer anybody. */
    NO_ENDPOINT("no_endpoint", true),
    /** Refused here, because as much as is allowed is under way. */
    OVERLOADED("overloaded", false),
    /** Refused here, because the breaker is open. */
    BREAKER_OPEN("breaker_open", false),
    /** A mistake of the proxy's own. */
    INTERNAL("internal", false);

    private final String word;
    private final boolean failure;

    Outcome(String word, boolean failure) {
        this.word = word;
        this.failure = failure;
    }

    /**
     * Whether it counts against the variant: a 5xx or a fault of its upstream. 4xx, 429, client aborts and what was refused
     * here for other reasons do not.
     */
    public boolean failure() {
        return failure;
    }

    /** The word in metrics, logs and headers; never changes. */
    public String word() {
        return word;
    }
}
