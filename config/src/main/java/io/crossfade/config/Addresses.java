package io.crossfade.config;

import io.crossfade.config.Upstream.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** How sockets, endpoints and address ranges are written. Nothing here asks a name server. */
public final class Addresses {

    /** 0 stands for any free port. */
    static final Format<InetSocketAddress> SOCKET =
            new HostPort<>("an IP address or localhost, and a port 0..65535, such as 127.0.0.1:8080") {
                @Override
                Optional<InetSocketAddress> address(String host, int port) {
                    return ip(host.equals("localhost") ? "127.0.0.1" : host).map(ip -> new InetSocketAddress(ip, port));
                }
            };

    static final Format<Endpoint> ENDPOINT = new HostPort<>("HOST:PORT with a port 1..65535, such as 10.0.0.7:8080") {
        @Override
        Optional<Endpoint> address(String host, int port) {
            return validHost(host) && port > 0 ? Optional.of(new Endpoint(host, port)) : Optional.empty();
        }
    };

    static final Format<Cidr> CIDR = new Format<>() {
        @Override
        public String expected() {
            return "an address range such as 10.0.0.0/8 or ::1";
        }

        @Override
        public Parsed<Cidr> parse(String text) {
            int slash = text.indexOf('/');
            Optional<InetAddress> ip = ip(slash < 0 ? text : text.substring(0, slash));
            if (ip.isEmpty()) {
                return unlike(text);
            }
            int bits = ip.get().getAddress().length * 8;
            int prefix = slash < 0 ? bits : number(text.substring(slash + 1));
            return prefix < 0 || prefix > bits ? unlike(text) : Parsed.of(new Cidr(ip.get(), prefix));
        }
    };

    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*");
    private static final Pattern DOTTED_DIGITS = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4_BYTE = Pattern.compile("0|[1-9]\\d{0,2}");
    private static final Pattern IPV6_TEXT = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,5}");

    private Addresses() {}

    /** An IP address, in brackets when it has colons, and the port. */
    public static String show(InetSocketAddress socket) {
        String ip = socket.getAddress().getHostAddress();
        return (ip.indexOf(':') >= 0 ? "[" + ip + "]:" : ip + ":") + socket.getPort();
    }

    /** A name, or an address in its own notation (IPv6 without brackets). */
    static boolean validHost(String host) {
        boolean numeric = host.indexOf(':') >= 0 || DOTTED_DIGITS.matcher(host).matches();
        return numeric ? ip(host).isPresent() : HOST_NAME.matcher(host).matches();
    }

    private static Optional<InetAddress> ip(String text) {
        boolean literal = text.indexOf(':') >= 0 ? IPV6_TEXT.matcher(text).matches() : dottedQuad(text);
        if (!literal) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text.indexOf(':') >= 0 ? "[" + text + "]" : text));
        } catch (UnknownHostException e) {
            return Optional.empty(); // brackets and digits are never looked up, only found malformed
        }
    }

    private static boolean dottedQuad(String text) {
        String[] parts = text.split("\\.", -1);
        for (String part : parts) {
            if (!IPV4_BYTE.matcher(part).matches() || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return parts.length == 4;
    }

    /** -1 for what is no number of at most five digits. */
    private static int number(String text) {
        return DIGITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
    }

    /** A host and a port with a colon between them, an IPv6 address in brackets. */
    private abstract static class HostPort<T> implements Format<T> {
        private final String expected;

        HostPort(String expected) {
            this.expected = expected;
        }

        abstract Optional<T> address(String host, int port);

        @Override
        public String expected() {
            return expected;
        }

        @Override
        public Parsed<T> parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? text : text.substring(0, colon);
            int port = colon < 0 ? -1 : number(text.substring(colon + 1));
            boolean brackets = host.startsWith("[") && host.endsWith("]");
            String bare = brackets ? host.substring(1, host.length() - 1) : host;
            if (port < 0 || port > 65_535 || brackets != bare.indexOf(':') >= 0) {
                return unlike(text);
            }
            return address(bare, port).map(Parsed::of).orElseGet(() -> unlike(text));
        }
    }
}
