package io.crossfade.exchange;

import java.util.ArrayDeque;

/**
 * The exchanges of one event loop: each is lent for one request and comes back by itself when that ends. So an idle connection
 * weighs nothing here, and no request makes garbage. Event loop only.
 */
public final class Exchanges {
    /** So many are kept for the next requests; more are made when more are under way at once. */
    private static final int KEPT = 1024;

    private final EdgeLoop loop;

    /** The one that ended last is the first to be used again: its memory is in the cache. */
    private final ArrayDeque<Exchange> spare = new ArrayDeque<>();

    public Exchanges(EdgeLoop loop) {
        this.loop = loop;
    }

    /** One that is to {@linkplain Exchange#begin begin}. */
    public Exchange lend() {
        Exchange kept = spare.pollLast();
        return kept == null ? new Exchange(loop, this::takeBack) : kept;
    }

    private void takeBack(Exchange ended) {
        if (spare.size() < KEPT) {
            spare.addLast(ended);
        }
    }
}
