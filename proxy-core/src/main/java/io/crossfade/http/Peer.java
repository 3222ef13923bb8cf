package io.crossfade.http;

import java.io.ByteArrayOutputStream;

/** What the proxy knows of one client connection, encoded once per connection. */
public final class Peer {
    static final byte[] FORWARDED_FOR = Octets.ascii("X-Forwarded-For: ");
    static final byte[] FORWARDED_PROTO = Octets.ascii("\r\nX-Forwarded-Proto: ");
    static final byte[] FORWARDED_HOST = Octets.ascii("\r\nX-Forwarded-Host: ");

    private static final byte[] NOTHING = {};

    final byte[] address;
    final byte[] scheme;
    final boolean trusted;

    /** All that is added to a request of an untrusted peer, up to the host. */
    final byte[] forwarding;

    /** @param trusted whether forwarding fields of this peer are kept and appended to */
    public Peer(byte[] address, byte[] scheme, boolean trusted) {
        this.address = address.clone();
        this.scheme = scheme.clone();
        this.trusted = trusted;
        this.forwarding = trusted ? NOTHING : join(FORWARDED_FOR, address, FORWARDED_PROTO, scheme, FORWARDED_HOST);
    }

    /** In text, as it stands in X-Forwarded-For. The array itself: not to be written to. */
    public byte[] address() {
        return address;
    }

    public boolean trusted() {
        return trusted;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
