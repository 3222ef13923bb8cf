package io.crossfade.exchange;

import io.crossfade.http.Refusal;
import io.crossfade.outcome.Outcome;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the proxy itself.
 *
 * @param status 200..599
 * @param word the x-proxy-reason: letters, digits, hyphens and underscores
 * @param detail a sentence for a person
 * @param extraFields complete field lines with CRLF, or null
 * @param ends whether the client's connection must end with it, because what follows cannot be told apart
 */
public record OwnAnswer(int status, String word, String detail, byte @Nullable [] extraFields, boolean ends) {
    private static final byte[] RETRY_AFTER = "Retry-After: 1\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A request that breaks a rule. */
    public static OwnAnswer of(Refusal refusal) {
        return new OwnAnswer(refusal.status(), refusal.word(), refusal.detail(), null, true);
    }

    /** An ending that is not the upstream's own answer. */
    static OwnAnswer of(Outcome outcome, String detail) {
        int status = status(outcome);
        return new OwnAnswer(status, word(outcome), detail, status == 503 ? RETRY_AFTER : null, false);
    }

    private static int status(Outcome outcome) {
        return switch (outcome) {
            case NO_ROUTE -> 404;
            case REFUSED, RESET, TRUNCATED, BAD_RESPONSE -> 502;
            case NO_ENDPOINT, OVERLOADED, BREAKER_OPEN -> 503;
            case CONNECT_TIMEOUT, RESPONSE_TIMEOUT -> 504;
            case INTERNAL, OK, FAILED_STATUS, CLIENT_ABORT, RATE_LIMITED_429, REJECTED -> 500;
        };
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case REFUSED, RESET, TRUNCATED -> "upstream_" + outcome.word();
            default -> outcome.word();
        };
    }
}
