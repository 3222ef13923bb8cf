package io.crossfade.config;

import java.net.InetAddress;

/** An address range such as 10.0.0.0/8 or ::1/128. */
public record Cidr(InetAddress address, int prefixLength) {

    public Cidr {
        Bounds.check()
                .count("prefixLength", prefixLength, 0, address.getAddress().length * 8L)
                .keep();
    }

    /** Whether the address lies in this range; an address of the other family never does. */
    public boolean contains(InetAddress other) {
        byte[] a = address.getAddress();
        byte[] b = other.getAddress();
        if (a.length != b.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (a[i] != b[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || ((a[whole] ^ b[whole]) & 0xff) >> (8 - rest) == 0;
    }
}
