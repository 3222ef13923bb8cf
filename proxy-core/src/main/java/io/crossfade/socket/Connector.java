package io.crossfade.socket;

import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;

/** Opens connections of one event loop to endpoints. Event loop only. */
public interface Connector {
    /** What became of a connect; one of the two is called, once, on the event loop, at once or later. */
    interface Result {
        /** The connection is open, and its handler is in its pipeline. */
        void connected();

        /**
         * @param cause a ConnectTimeoutException after the time of the connector, another IOException when the endpoint or the network
         *     refused, anything else when no socket could be had
         */
        void failed(Throwable cause);
    }

    void connect(InetSocketAddress endpoint, ChannelHandler handler, Result result);
}
