package io.crossfade.exchange;

import io.crossfade.outcome.Outcome;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How an ending that is not the upstream's own answer is told to the client: the status and the x-proxy-reason. */
final class EndingStatus {
    private static final byte[] RETRY_AFTER = "Retry-After: 1\r\n".getBytes(StandardCharsets.US_ASCII);

    static int of(Outcome outcome) {
        return switch (outcome) {
            case NO_ROUTE -> 404;
            case REFUSED, RESET, TRUNCATED, BAD_RESPONSE -> 502;
            case NO_ENDPOINT, OVERLOADED, BREAKER_OPEN -> 503;
            case CONNECT_TIMEOUT, RESPONSE_TIMEOUT -> 504;
            case INTERNAL, OK, FAILED_STATUS, CLIENT_ABORT, RATE_LIMITED_429, REJECTED -> 500;
        };
    }

    static String reason(Outcome outcome) {
        return switch (outcome) {
            case REFUSED, RESET, TRUNCATED -> "upstream_" + outcome.word();
            default -> outcome.word();
        };
    }

    static byte @Nullable [] extraFields(Outcome outcome) {
        return of(outcome) == 503 ? RETRY_AFTER : null;
    }

    private EndingStatus() {}
}
