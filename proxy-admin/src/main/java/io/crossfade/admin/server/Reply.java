package io.crossfade.admin.server;

/** What a call gets: one {@link Answer}, or a stream of journal events. */
sealed interface Reply permits Answer, Reply.Events {

    /** Events with a sequence above {@code after}, and those to come, until somebody closes. */
    record Events(long after) implements Reply {}
}
