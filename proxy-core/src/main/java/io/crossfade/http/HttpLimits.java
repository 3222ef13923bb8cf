package io.crossfade.http;

import io.crossfade.config.Limits;
import io.crossfade.config.Limits.Answers;
import io.crossfade.config.Limits.Bodies;
import io.crossfade.config.Limits.Heads;

/**
 * The bounds of heads, chunk framing and trailers, in bytes and counts. They are handed over as the groups of the configuration and
 * never copied number by number: a swap of two of them would compile.
 */
public record HttpLimits(Heads heads, Bodies bodies, Answers answers) {

    public static HttpLimits of(Limits limits) {
        return new HttpLimits(limits.heads(), limits.bodies(), limits.answers());
    }

    public static HttpLimits defaults() {
        return of(Limits.defaults());
    }

    /** Never more than the head. */
    public int requestLine() {
        return Math.min(heads.requestLine(), heads.head());
    }

    public int head() {
        return heads.head();
    }

    public int fields() {
        return heads.fields();
    }

    public int field() {
        return heads.field();
    }

    public int cookie() {
        return heads.cookie();
    }

    public int chunkLine() {
        return bodies.chunkLine();
    }

    public int chunkExtensions() {
        return bodies.chunkExtensions();
    }

    public int trailerFields() {
        return bodies.trailerFields();
    }

    public int trailers() {
        return bodies.trailers();
    }

    public int responseHead() {
        return answers.responseHead();
    }
}
