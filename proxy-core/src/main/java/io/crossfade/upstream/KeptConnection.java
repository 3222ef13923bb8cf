package io.crossfade.upstream;

/** A connection that can carry one call after the other, as its lane and its pool see it. Event loop only. */
interface KeptConnection {
    /** Gives the call to this receiver and tells it. */
    void lendTo(UpstreamReceiver borrower);

    boolean isActive();

    void close();

    /** Name of the upstream and address of the endpoint, for logs. */
    String endpoint();

    /** When it became idle, on the clock of the sweeps. */
    long idleSinceNanos();

    void idleSince(long nanos);
}
