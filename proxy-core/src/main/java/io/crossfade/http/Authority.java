package io.crossfade.http;

/**
 * The rules for the value of Host and the authority of a target: a reg-name, an IPv4 address or a bracketed IPv6 address,
 * then perhaps a port of 1..65535 (RFC 3986 section 3.2). User information is never part of it.
 */
final class Authority {
    static final int INVALID = -1;

    /**
     * Checks a range.
     *
     * @return the end of the host name, before any port, or INVALID
     */
    static int hostEnd(byte[] bytes, int from, int to) {
        if (from == to) {
            return INVALID;
        }
        int end = bytes[from] == '[' ? literalEnd(bytes, from, to) : nameEnd(bytes, from, to);
        if (end <= from || (end < to && !isPort(bytes, end, to))) {
            return INVALID;
        }
        return end;
    }

    private static int nameEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (Octets.REG_NAME[bytes[at] & 0xff] != 0) {
                at++;
            } else if (bytes[at] == '%' && Octets.percentDecoded(bytes, at, to) > 0x20) {
                at += 3;
            } else {
                break;
            }
        }
        return at;
    }

    private static boolean isPort(byte[] bytes, int colon, int to) {
        int digits = to - colon - 1;
        if (bytes[colon] != ':' || digits < 1 || digits > 5) {
            return false;
        }
        int port = 0;
        for (int i = colon + 1; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
        }
        return port >= 1 && port <= 65535;
    }

    private static int literalEnd(byte[] bytes, int from, int to) {
        int close = from + 1;
        while (close < to && bytes[close] != ']') {
            close++;
        }
        return close < to && isIpv6(bytes, from + 1, close) ? close + 1 : INVALID;
    }

    /** Eight groups of one to four hexadecimal digits; one run of them may be "::", the last two an IPv4 address. */
    private static boolean isIpv6(byte[] bytes, int from, int to) {
        int groups = 0;
        boolean compressed = false;
        int at = from;
        while (at < to) {
            if (bytes[at] == ':') {
                if (at + 1 == to || bytes[at + 1] != ':' || compressed) {
                    return false;
                }
                compressed = true;
                at += 2;
                continue;
            }
            int end = at;
            while (end < to && Octets.HEX[bytes[end] & 0xff] >= 0) {
                end++;
            }
            if (end < to && bytes[end] == '.') {
                groups += 2;
                return isIpv4(bytes, at, to) && (compressed ? groups < 8 : groups == 8);
            }
            if (end == at || end - at > 4) {
                return false;
            }
            groups++;
            at = end;
            if (at == to) {
                break;
            }
            boolean doubled = at + 1 < to && bytes[at + 1] == ':';
            if (bytes[at] != ':' || at + 1 == to) {
                return false;
            }
            if (!doubled) {
                at++;
            }
        }
        return compressed ? groups < 8 : groups == 8;
    }

    private static boolean isIpv4(byte[] bytes, int from, int to) {
        int numbers = 0;
        int at = from;
        while (at <= to) {
            int value = 0;
            int start = at;
            while (at < to && bytes[at] >= '0' && bytes[at] <= '9' && at - start < 3) {
                value = value * 10 + bytes[at++] - '0';
            }
            if (at == start || value > 255 || (at < to && bytes[at] != '.')) {
                return false;
            }
            numbers++;
            at++;
        }
        return numbers == 4;
    }

    private Authority() {}
}
