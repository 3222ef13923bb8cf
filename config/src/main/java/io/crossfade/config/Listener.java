package io.crossfade.config;

import java.net.InetSocketAddress;
import java.util.List;

/** A socket on which clients are served. */
@Unsupported({"tls", "proxyProtocol", "protocols"})
public record Listener(
        @Key(missing = "a name", pattern = NameFormat.PATTERN, says = "stands in metrics and API")
        String name,

        @Key(
                missing = "an IP address or localhost, and a port 0..65535, such as 127.0.0.1:8080",
                says = "an IP address or localhost, and a port; 0 is any free port")
        InetSocketAddress address,

        @Key(
                standard = "[]",
                says = "ranges such as 10.0.0.0/8 whose X-Forwarded-* fields are believed and appended to; those of"
                        + " others are overwritten")
        List<Cidr> trustedPeers,

        @Key(standard = "drop", says = "what happens to a field whose name holds an underscore")
        UnderscoreNames underscoreNames) {

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
