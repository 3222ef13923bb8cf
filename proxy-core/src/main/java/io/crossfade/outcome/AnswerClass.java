package io.crossfade.outcome;

/**
 * Answers that are no failure and may be one all the same, when one service gives them where the other does not. An answer belongs to
 * at most one class.
 */
public enum AnswerClass {
    /** 3xx but 304. */
    REDIRECT(0),
    /** 4xx but 429. */
    CLIENT_ERROR(1),
    /** 429. */
    TOO_MANY(2),
    /** 2xx without a byte of content where content is expected: not 204, not 205, not an answer to HEAD. */
    EMPTY(3);

    /** What {@link #number} says of an answer of no class. */
    public static final int NONE = -1;

    private final int number;

    AnswerClass(int number) {
        this.number = number;
    }

    /** 0 to 3; evidence keeps it, so it never changes. */
    public int number() {
        return number;
    }

    /**
     * The number of an answer's class, or {@link #NONE}.
     *
     * @param status 200..599
     * @param empty whether it had no byte of content, though its request and its status allow one
     */
    public static int number(int status, boolean empty) {
        return switch (status / 100) {
            case 2 -> empty && status != 204 && status != 205 ? EMPTY.number : NONE;
            case 3 -> status == 304 ? NONE : REDIRECT.number;
            case 4 -> status == 429 ? TOO_MANY.number : CLIENT_ERROR.number;
            default -> NONE;
        };
    }

    /** Whether the status turns a user away: he is not known, not allowed, not served, or too much. */
    public static boolean turnsAway(int status) {
        return status == 401 || status == 403 || status == 404 || status == 405 || status == 429;
    }
}
