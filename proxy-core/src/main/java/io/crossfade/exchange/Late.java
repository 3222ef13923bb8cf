package io.crossfade.exchange;

/** Who keeps an exchange waiting beyond its deadline. */
enum Late {
    /** The client keeps back a part of the request's body. */
    CLIENT_SENDING,
    /** The client takes nothing of the answer. */
    CLIENT_TAKING,
    /** The endpoint. */
    UPSTREAM,
    /** Nobody: the client takes the answer, slowly. */
    NOBODY
}
