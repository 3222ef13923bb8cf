package io.crossfade.admin.demo;

import java.time.Duration;

/** What goes wrong with the new service, and what the proxy is expected to make of it. */
enum Story {
    /** 30 % of the requests fail. */
    ERRORS("it fails 30% of its requests", "saw an error", Duration.ofSeconds(1), "errors-"),
    /** It takes requests and answers none. */
    HANG(
            "it takes requests and answers none; users give up after " + Users.PATIENCE_SECONDS + " s",
            "gave up waiting",
            Duration.ofSeconds(6),
            "hang"),
    /** Each answer is a 404. */
    NOTFOUND("it answers 404 to everything", "saw a 404", Duration.ofSeconds(6), "client-errors");

    private static final double SHARE = 0.3;

    private final String bug;
    private final String harm;
    private final Duration within;
    private final String reason;

    Story(String bug, String harm, Duration within, String reason) {
        this.bug = bug;
        this.harm = harm;
        this.within = within;
        this.reason = reason;
    }

    /** What the new service does, a clause. */
    String bug() {
        return bug;
    }

    /** What happened to users who met it, a verb with its object. */
    String harm() {
        return harm;
    }

    /** How soon everybody is to be back. */
    Duration within() {
        return within;
    }

    /** What the reason of the decision begins with. */
    String reason() {
        return reason;
    }

    /** At most so many percent of the users may meet it: what hangs is answered by the baseline, most often for all. */
    int mostHitPercent() {
        return this == HANG ? 20 : 5;
    }

    /** Errors show at once; the others need some seconds at the same weight. */
    Duration bakeAtHalf(Duration bake) {
        Duration least = within.plusSeconds(4);
        return this == ERRORS || bake.compareTo(least) > 0 ? bake : least;
    }

    void enter(Service service) {
        switch (this) {
            case ERRORS -> service.fail(SHARE);
            case HANG -> service.hang(true);
            case NOTFOUND -> service.lose(true);
        }
    }

    static void repair(Service service) {
        service.fail(0);
        service.hang(false);
        service.lose(false);
    }
}
