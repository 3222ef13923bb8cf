package io.crossfade.config;

import java.net.InetSocketAddress;

/** Where the admin API listens; a loopback address, because there are no roles yet. */
public record Admin(InetSocketAddress address) {}
