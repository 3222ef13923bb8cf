package io.crossfade.exchange;

import io.crossfade.assign.UnitKeys;
import io.crossfade.http.Peer;
import io.crossfade.http.RequestHead;
import io.crossfade.snapshot.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Finds the unit a request belongs to: the first source of the rollout that the request has, hashed where it lies. */
final class UnitLookup {
    private static final byte[] FORWARDED_FOR = "x-forwarded-for".getBytes(StandardCharsets.US_ASCII);

    /** The unit of a request that named none. */
    record Minted(long unit, byte @Nullable [] setCookie) {}

    /** Number of the source that names the unit, or -1. */
    static int source(UnitKeys keys, RequestHead head) {
        for (int i = 0; i < keys.size(); i++) {
            boolean there = switch (keys.kind(i)) {
                case HEADER -> {
                    int field = head.find(keys.name(i));
                    yield field >= 0 && head.valueEnd(field) > head.valueStart(field);
                }
                case COOKIE -> {
                    long range = head.cookie(keys.name(i));
                    yield range >= 0 && (int) range > (int) (range >>> 32);
                }
                case CLIENT_IP -> true;
            };
            if (there) {
                return i;
            }
        }
        return -1;
    }

    static long unit(Snapshot.RolloutView view, int source, RequestHead head, Peer peer) {
        UnitKeys keys = view.keys();
        return switch (keys.kind(source)) {
            case HEADER -> {
                int field = head.find(keys.name(source));
                yield view.split().unit(head.bytes(), head.valueStart(field), head.valueEnd(field));
            }
            case COOKIE -> {
                long range = head.cookie(keys.name(source));
                yield view.split().unit(head.bytes(), (int) (range >>> 32), (int) range);
            }
            case CLIENT_IP -> clientAddress(view, head, peer);
        };
    }

    /** Behind a trusted peer the client is whom that peer names last in X-Forwarded-For, be it in a line of its own. */
    private static long clientAddress(Snapshot.RolloutView view, RequestHead head, Peer peer) {
        byte[] bytes = head.bytes();
        int start = 0;
        int end = 0;
        int field = peer.trusted() ? head.find(FORWARDED_FOR) : -1;
        for (; field >= 0; field = head.find(FORWARDED_FOR, field + 1)) {
            int to = head.valueEnd(field);
            while (to > head.valueStart(field) && isSeparator(bytes[to - 1])) {
                to--;
            }
            int from = to;
            while (from > head.valueStart(field) && !isSeparator(bytes[from - 1])) {
                from--;
            }
            if (from < to) {
                start = from;
                end = to;
            }
        }
        return start < end
                ? view.split().unit(bytes, start, end)
                : view.split().unit(peer.address(), 0, peer.address().length);
    }

    private static boolean isSeparator(byte c) {
        return c == ',' || c == ' ' || c == '\t';
    }

    /** A new unit: kept by the client in a cookie when the rollout reads one, else good for this request only. */
    static Minted mint(Snapshot.RolloutView view, SplittableRandom random) {
        String key = String.format("%016x%016x", random.nextLong(), random.nextLong());
        byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
        long unit = view.split().unit(bytes, 0, bytes.length);
        UnitKeys keys = view.keys();
        for (int i = 0; i < keys.size(); i++) {
            if (keys.kind(i) == UnitKeys.Kind.COOKIE) {
                String cookie = new String(keys.name(i), StandardCharsets.UTF_8);
                String line =
                        "Set-Cookie: " + cookie + "=" + key + "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax\r\n";
                return new Minted(unit, line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return new Minted(unit, null);
    }

    private UnitLookup() {}
}
