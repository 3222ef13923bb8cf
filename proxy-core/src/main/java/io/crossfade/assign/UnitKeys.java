package io.crossfade.assign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;

/**
 * Where a rollout looks for the unit key, in order; the first source that the request has wins. Compiled to bytes, so that
 * a request head is searched in place. Immutable; any thread.
 */
public final class UnitKeys {
    /** What a source reads. */
    public enum Kind {
        HEADER,
        COOKIE,
        CLIENT_IP
    }

    /** @param name of the header (in any case) or the cookie (exact); without meaning for the client's address */
    public record Source(Kind kind, String name) {}

    private final Kind[] kinds;
    private final byte[][] names;

    public UnitKeys(List<Source> sources) {
        kinds = new Kind[sources.size()];
        names = new byte[sources.size()][];
        for (int i = 0; i < kinds.length; i++) {
            Source source = sources.get(i);
            kinds[i] = source.kind();
            names[i] = compiled(source).getBytes(UTF_8);
        }
    }

    private static String compiled(Source source) {
        return source.kind() == Kind.HEADER ? source.name().toLowerCase(Locale.ROOT) : source.name();
    }

    /** How many sources there are. */
    public int size() {
        return kinds.length;
    }

    public Kind kind(int source) {
        return kinds[source];
    }

    /** A header's name in lower case, a cookie's as configured. The array itself: not to be written to. */
    public byte[] name(int source) {
        return names[source];
    }
}
