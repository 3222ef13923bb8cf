package io.crossfade.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The routes of a configuration, compiled so that a request finds its route without allocating. Immutable; any thread.
 *
 * <p>Of all rules that match, one that names the host goes before one that does not, then the longest path prefix, then
 * the most conditions (methods count as one, each header as one), then the order of the list. The host is found by hash,
 * its prefixes by a tree, so that ten thousand rules cost no more than a few; rules of one prefix are tried one after the other.
 */
public final class RouteTable {
    /** An open-addressing table of host names, at most half full, so that a probe always ends at a free place. */
    private final byte[][] hosts;

    private final PrefixTree[] ofHost;
    private final PrefixTree ofAnyHost;

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
        ofHost = new PrefixTree[places];
        byHost.forEach((host, group) -> put(host.getBytes(UTF_8), tree(group)));
        ofAnyHost = tree(anyHost);
    }

    /** Index of the matching rule in the list given to the constructor, or -1. */
    public int match(Facts facts) {
        int found = forHost(facts.bytes(), facts.hostStart(), facts.hostEnd()).match(facts);
        return found >= 0 ? found : ofAnyHost.match(facts);
    }

    private static PrefixTree tree(List<Matcher> matchers) {
        List<Matcher> sorted = new ArrayList<>(matchers);
        sorted.sort(Comparator.comparingInt(Matcher::conditions).reversed()); // stable: what is equal keeps its order
        return PrefixTree.of(sorted);
    }

    private void put(byte[] host, PrefixTree rules) {
        int place = hash(host, 0, host.length) & (hosts.length - 1);
        while (hosts[place] != null) {
            place = (place + 1) & (hosts.length - 1);
        }
        hosts[place] = host;
        ofHost[place] = rules;
    }

    private PrefixTree forHost(byte[] bytes, int start, int end) {
        int last = end - start > 1 && bytes[end - 1] == '.' ? end - 1 : end;
        int place = hash(bytes, start, last) & (hosts.length - 1);
        while (hosts[place] != null) {
            if (sameHost(hosts[place], bytes, start, last)) {
                return ofHost[place];
            }
            place = (place + 1) & (hosts.length - 1);
        }
        return PrefixTree.EMPTY;
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
}
