package io.crossfade.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One rule as bytes, but for its host: what is left to be looked at when its prefix is known to match. */
final class Matcher {
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
        methods = rule.methods().stream().map(method -> method.getBytes(UTF_8)).toArray(byte[][]::new);
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

    /** Whether method and headers are as the rule wants them. */
    boolean matches(Facts facts) {
        return matchesMethod(facts) && matchesHeaders(facts);
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
