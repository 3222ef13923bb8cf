package io.crossfade.admin.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps web pages out: a page that rebinds its own name to 127.0.0.1 sends its own Host (421), a page of another origin that
 * posts here says so in Origin (403). The port is not looked at, because an operator may come through an SSH tunnel.
 */
final class Doorkeeper {
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]{2,45}]|[0-9A-Za-z.-]{1,253})(:[0-9]{1,5})?");
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private final InetAddress bound;

    Doorkeeper(InetSocketAddress bound) {
        this.bound = bound.getAddress();
    }

    /** Why the call may not come in; empty when it may. */
    Optional<Answer> refusal(Call call) {
        List<String> hosts = call.fields().getAll("Host");
        if (hosts.size() != 1 || !HOST.matcher(hosts.get(0)).matches()) {
            return refuse(ProblemType.BAD_REQUEST, "Host must be there once and be a name or an address");
        }
        String host = hosts.get(0);
        if (!known(host)) {
            return refuse(
                    ProblemType.HOST_NOT_ALLOWED,
                    "Host is " + host + " (expected: localhost or the address listened on)");
        }
        String origin = call.field("Origin");
        if (call.method().equals("GET") || origin == null || origin.equals("http://" + host)) {
            return Optional.empty();
        }
        return refuse(ProblemType.ORIGIN_NOT_ALLOWED, "Origin must be absent or http://" + host);
    }

    private boolean known(String hostAndPort) {
        String host = hostAndPort.replaceFirst(":[0-9]{1,5}$", "").toLowerCase(Locale.ROOT);
        return host.equals("localhost")
                || IPV4_LOOPBACK.matcher(host).matches()
                || host.equals("[::1]")
                || host.equals(bound.getHostAddress())
                || host.equals('[' + bound.getHostAddress() + ']');
    }

    private static Optional<Answer> refuse(ProblemType type, String detail) {
        return Optional.of(Answer.problem(type, detail));
    }
}
