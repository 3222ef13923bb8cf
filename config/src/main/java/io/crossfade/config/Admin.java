package io.crossfade.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Where the admin API listens; a loopback address, because there are no roles yet. */
public record Admin(InetSocketAddress address) {

    public Admin {
        boolean loopback = address.getAddress() != null && address.getAddress().isLoopbackAddress();
        Bounds.check()
                .that(
                        loopback,
                        "address",
                        address,
                        "a loopback address such as 127.0.0.1:9900, because the admin API has no tokens or roles yet and"
                                + " whoever reaches it may do everything")
                .keep();
    }

    /** What stands when the config says nothing. */
    public static Admin defaults() {
        return new Admin(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9900));
    }
}
