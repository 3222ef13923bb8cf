package io.crossfade.upstream;

import io.crossfade.socket.Connector;
import org.jspecify.annotations.Nullable;

/** One wish for a fresh connection to one endpoint, while it is under way. Event loop only. */
final class Connect implements Connector.Result {
    /** Whoever counts the connects and tells their receivers. */
    interface Owner {
        void connected(Connect connect);

        void failed(Connect connect, Throwable cause);
    }

    private final Owner owner;
    private final int lane;
    private final Http1Call call;
    private @Nullable UpstreamReceiver receiver;

    /** @param lane number of the lane that the call belongs to */
    Connect(Owner owner, int lane, Http1Call call, UpstreamReceiver receiver) {
        this.owner = owner;
        this.lane = lane;
        this.call = call;
        this.receiver = receiver;
    }

    int lane() {
        return lane;
    }

    Http1Call call() {
        return call;
    }

    /** Null when nobody waits for it any more. */
    @Nullable
    UpstreamReceiver receiver() {
        return receiver;
    }

    void forget(UpstreamReceiver gone) {
        if (receiver == gone) {
            receiver = null;
        }
    }

    @Override
    public void connected() {
        owner.connected(this);
    }

    @Override
    public void failed(Throwable cause) {
        owner.failed(this, cause);
    }
}
