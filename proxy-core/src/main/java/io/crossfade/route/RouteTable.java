package io.crossfade.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a configuration, compiled so that a request finds its route without allocating. Immutable; any thread.
 *
 * <p>Of all rules that match, one that names the host goes before one that does not, then the longest path prefix, then
 * the most conditions (methods count as one, each header as one), then the order of the list. The host is found by hash;
 * within a host the rules are tried one after the other in that
 * order, at about a nanosecond each.
 */
public final class RouteTable {
    /**
     * What a request must look like; all of it must hold.
     *
     * @param host without port, compared without regard to ASCII case and to a dot at the end, which only says that the
     *     name is complete (RFC 1034 section 3.1); null matches every host
     * @param pathPrefix starts with a slash and matches whole segments: /api matches /api, /api/ and /api/x, never /apix.
     *     A slash at its end means nothing. "/" matches everything, also the target {@code *}
     * @param methods empty matches every method
     * @param headers name, in any case, to exact value; all must be there
     */
    public record Rule(
            String name, @Nullable String host, String pathPrefix, Set<String> methods, Map<String, String> headers) {
        public Rule {
            if (!pathPrefix.startsWith("/")) {
                throw new IllegalArgumentException(
                        "pathPrefix: " + pathPrefix + " (expected: a path that starts with /)");
            }
            methods = Set.copyOf(methods);
            headers = Map.copyOf(headers);
        }
    }

    private static final Matcher[] NO_MATCHERS = {};

    /** An open-addressing table of host names, at most half full, so that a probe always ends at a free place. */
    private final byte[][] hosts;

    private final Matcher[][] ofHost;
    private final Matcher[] ofAnyHost;

    public RouteTable(List<Rule> rules) {
        Map<String, List<Matcher>> byHost = new LinkedHashMap<>();
        List<Matcher> anyHost = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            List<Matcher> group = rule.host() == null
                    ? anyHost
                    : byHost.computeIfAbsent(
                            withoutRootDot(rule.host().toLowerCase(Locale.ROOT)), host -> new ArrayList<>());
            group.add(new Matcher(i, rule));
        }
        int places = Integer.highestOneBit(Math.max(1, byHost.size())) * 4;
        hosts = new byte[places][];
        ofHost = new Matcher[places][];
        byHost.forEach((host, group) -> put(host.getBytes(UTF_8), inOrder(group)));
        ofAnyHost = inOrder(anyHost);
    }

    /** Index of the matching rule in the list given to the constructor, or -1. */
    public int match(Facts facts) {
        int found = first(forHost(facts.bytes(), facts.hostStart(), facts.hostEnd()), facts);
        return found >= 0 ? found : first(ofAnyHost, facts);
    }

    private static int first(Matcher[] matchers, Facts facts) {
        for (Matcher matcher : matchers) {
            if (matcher.matches(facts)) {
                return matcher.index;
            }
        }
        return -1;
    }

    private static Matcher[] inOrder(List<Matcher> matchers) {
        Matcher[] sorted = matchers.toArray(NO_MATCHERS);
        Arrays.sort( // stable: what is equal keeps the order of the list
                sorted,
                Comparator.comparingInt((Matcher m) -> m.prefix.length)
                        .thenComparingInt(Matcher::conditions)
                        .reversed());
        return sorted;
    }

    private void put(byte[] host, Matcher[] matchers) {
        int place = hash(host, 0, host.length) & (hosts.length - 1);
        while (hosts[place] != null) {
            place = (place + 1) & (hosts.length - 1);
        }
        hosts[place] = host;
        ofHost[place] = matchers;
    }

    private Matcher[] forHost(byte[] bytes, int start, int end) {
        int last = end - start > 1 && bytes[end - 1] == '.' ? end - 1 : end;
        int place = hash(bytes, start, last) & (hosts.length - 1);
        while (hosts[place] != null) {
            if (sameHost(hosts[place], bytes, start, last)) {
                return ofHost[place];
            }
            place = (place + 1) & (hosts.length - 1);
        }
        return NO_MATCHERS;
    }

    private static String withoutRootDot(String host) {
        return host.length() > 1 && host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + (bytes[i] | 0x20); // the same for both cases of a letter, which is all a hash needs
        }
        return hash ^ (hash >>> 16);
    }

    private static boolean sameHost(byte[] lowerCase, byte[] bytes, int start, int end) {
        return lowerCase.length == end - start
                && (Arrays.equals(lowerCase, 0, lowerCase.length, bytes, start, end)
                        || sameButForCase(lowerCase, bytes, start));
    }

    private static boolean sameButForCase(byte[] lowerCase, byte[] bytes, int start) {
        for (int i = 0; i < lowerCase.length; i++) {
            if (lowerCase[i] != lower(bytes[start + i])) {
                return false;
            }
        }
        return true;
    }

    private static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }

    /** One rule as bytes, but for its host. */
    private static final class Matcher {
        final int index;

        /** Without the slash at its end, so that the root is empty. */
        final byte[] prefix;

        private final byte[][] methods;
        private final byte[][] headerNames;
        private final byte[][] headerValues;

        Matcher(int index, Rule rule) {
            this.index = index;
            String path = rule.pathPrefix();
            prefix = (path.endsWith("/") ? path.substring(0, path.length() - 1) : path).getBytes(UTF_8);
            methods = rule.methods().stream()
                    .map(method -> method.getBytes(UTF_8))
                    .toArray(byte[][]::new);
            List<String> names = List.copyOf(rule.headers().keySet());
            headerNames = new byte[names.size()][];
            headerValues = new byte[names.size()][];
            for (int i = 0; i < headerNames.length; i++) {
                headerNames[i] = names.get(i).toLowerCase(Locale.ROOT).getBytes(UTF_8);
                headerValues[i] = rule.headers().getOrDefault(names.get(i), "").getBytes(UTF_8);
            }
        }

        int conditions() {
            return Math.min(1, methods.length) + headerNames.length;
        }

        boolean matches(Facts facts) {
            return matchesPath(facts) && matchesMethod(facts) && matchesHeaders(facts);
        }

        private boolean matchesPath(Facts facts) {
            if (prefix.length == 0) {
                return true;
            }
            byte[] path = facts.pathBytes();
            int start = facts.pathStart();
            int prefixEnd = start + prefix.length;
            int end = facts.pathEnd();
            return (prefixEnd == end || (prefixEnd < end && path[prefixEnd] == '/'))
                    && Arrays.equals(prefix, 0, prefix.length, path, start, prefixEnd);
        }

        private boolean matchesMethod(Facts facts) {
            for (byte[] method : methods) {
                if (Arrays.equals(method, 0, method.length, facts.bytes(), facts.methodStart(), facts.methodEnd())) {
                    return true;
                }
            }
            return methods.length == 0;
        }

        private boolean matchesHeaders(Facts facts) {
            for (int i = 0; i < headerNames.length; i++) {
                if (!facts.headerEquals(headerNames[i], headerValues[i])) {
                    return false;
                }
            }
            return true;
        }
    }
}
