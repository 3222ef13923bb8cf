package io.crossfade.config;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A socket on which clients are served.
 *
 * @param trustedPeers peers whose forwarding fields (X-Forwarded-*) are believed and appended to; all others are overwritten
 * @param underscoreNames what happens to a field whose name holds an underscore
 */
public record Listener(
        String name, InetSocketAddress address, List<Cidr> trustedPeers, UnderscoreNames underscoreNames) {

    public Listener {
        Bounds.check()
                .name("name", name)
                .that(!address.isUnresolved(), "address", address, "an IP address")
                .keep();
        trustedPeers = List.copyOf(trustedPeers);
    }

    /** A CGI upstream reads X_Forwarded_For as X-Forwarded-For, so such names are not passed on by default. */
    public enum UnderscoreNames {
        DROP,
        REJECT,
        ALLOW
    }
}
