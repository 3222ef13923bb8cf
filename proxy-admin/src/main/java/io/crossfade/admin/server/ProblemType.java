package io.crossfade.admin.server;

import java.util.Locale;

/** What can go wrong with a call; the words are stable, programs branch on them. */
enum ProblemType {
    BAD_REQUEST(400, "The request is malformed"),
    ORIGIN_NOT_ALLOWED(403, "Another web page's origin may not write"),
    NOT_FOUND(404, "There is no such resource"),
    UNKNOWN_ROLLOUT(404, "There is no such rollout"),
    METHOD_NOT_ALLOWED(405, "The resource does not have this method"),
    NOT_ACCEPTABLE(406, "The resource has no such representation"),
    REQUEST_TIMEOUT(408, "The request did not come in time"),
    ILLEGAL_OPERATION(409, "The rollout's phase does not allow this operation"),
    VERSION_CONFLICT(412, "The rollout has changed since it was read"),
    BODY_TOO_LARGE(413, "The request body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The request body is not application/json"),
    HOST_NOT_ALLOWED(421, "The Host field does not name this listener"),
    INVALID_OPERATION(422, "The operation is incomplete or out of range"),
    INVALID_CONFIGURATION(422, "The configuration has mistakes"),
    IDEMPOTENCY_CONFLICT(422, "The Idempotency-Key was used for another body"),
    VERSION_REQUIRED(428, "This operation needs If-Match"),
    RATE_LIMITED(429, "Too many writes"),
    INTERNAL(500, "The server made a mistake"),
    OVERLOADED(503, "The server is busy"),
    JOURNAL_UNAVAILABLE(507, "The journal cannot take the change");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** The last part of the type's URI, such as version-conflict. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
