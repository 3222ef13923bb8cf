package io.crossfade.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The field names that a proxy must know, because they frame or route a message, belong to one hop, or carry identity.
 *
 * <p>Two rules follow from being known: a client cannot have such a field removed by naming it in {@code Connection}, and
 * none of them passes in a trailer section.
 */
enum FieldName {
    OTHER(Scope.END_TO_END, ""),

    CONNECTION(Scope.HOP_BY_HOP, "connection"),
    KEEP_ALIVE(Scope.HOP_BY_HOP, "keep-alive"),
    PROXY_CONNECTION(Scope.HOP_BY_HOP, "proxy-connection"),
    TE(Scope.HOP_BY_HOP, "te"),
    UPGRADE(Scope.HOP_BY_HOP, "upgrade"),
    HTTP2_SETTINGS(Scope.HOP_BY_HOP, "http2-settings"),

    FORWARDED(Scope.FORWARDING, "forwarded"),
    X_REAL_IP(Scope.FORWARDING, "x-real-ip"),
    X_FORWARDED_FOR(Scope.FORWARDING, "x-forwarded-for"),
    X_FORWARDED_PROTO(Scope.FORWARDING, "x-forwarded-proto"),
    X_FORWARDED_HOST(Scope.FORWARDING, "x-forwarded-host"),
    /** Any other name that starts with {@code x-forwarded-}. */
    X_FORWARDED(Scope.FORWARDING, ""),
    /** Names that start with {@code x-proxy-} or {@code x-crossfade-}: what this proxy says to upstreams and clients. */
    INTERNAL(Scope.FORWARDING, ""),

    HOST(Scope.END_TO_END, "host"),
    CONTENT_LENGTH(Scope.END_TO_END, "content-length"),
    TRANSFER_ENCODING(Scope.END_TO_END, "transfer-encoding"),
    TRAILER(Scope.END_TO_END, "trailer"),
    EXPECT(Scope.END_TO_END, "expect"),
    MAX_FORWARDS(Scope.END_TO_END, "max-forwards"),
    VIA(Scope.END_TO_END, "via"),
    COOKIE(Scope.END_TO_END, "cookie"),
    SET_COOKIE(Scope.END_TO_END, "set-cookie"),
    AUTHORIZATION(Scope.END_TO_END, "authorization"),
    PROXY_AUTHORIZATION(Scope.END_TO_END, "proxy-authorization"),
    WWW_AUTHENTICATE(Scope.END_TO_END, "www-authenticate"),
    PROXY_AUTHENTICATE(Scope.END_TO_END, "proxy-authenticate"),
    CONTENT_TYPE(Scope.END_TO_END, "content-type"),
    CONTENT_ENCODING(Scope.END_TO_END, "content-encoding"),
    CONTENT_RANGE(Scope.END_TO_END, "content-range"),
    CACHE_CONTROL(Scope.END_TO_END, "cache-control"),
    RANGE(Scope.END_TO_END, "range"),
    ORIGIN(Scope.END_TO_END, "origin"),
    LOCATION(Scope.END_TO_END, "location"),
    AGE(Scope.END_TO_END, "age"),
    DATE(Scope.END_TO_END, "date"),
    EXPIRES(Scope.END_TO_END, "expires"),
    VARY(Scope.END_TO_END, "vary");

    private enum Scope {
        /** Concerns one connection only (RFC 9110 section 7.6.1) and never passes. */
        HOP_BY_HOP,
        /** Says where a request came from; believed only of a trusted peer. */
        FORWARDING,
        END_TO_END
    }

    private record Candidate(FieldName name, byte[] lowerCase) {}

    private static final int LONGEST = 32;
    private static final Candidate[][] BY_LENGTH_AND_FIRST = candidates();
    private static final byte[] X_FORWARDED_PREFIX = Octets.ascii("x-forwarded-");
    private static final byte[] X_PROXY_PREFIX = Octets.ascii("x-proxy-");
    private static final byte[] X_CROSSFADE_PREFIX = Octets.ascii("x-crossfade-");

    private final Scope scope;
    private final String lowerCase;

    FieldName(Scope scope, String lowerCase) {
        this.scope = scope;
        this.lowerCase = lowerCase;
    }

    private static Candidate[][] candidates() {
        List<List<Candidate>> slots = new ArrayList<>();
        for (int i = 0; i < LONGEST * LONGEST; i++) {
            slots.add(new ArrayList<>());
        }
        for (FieldName name : values()) {
            if (!name.lowerCase.isEmpty()) {
                byte[] bytes = Octets.ascii(name.lowerCase);
                slots.get(slot(bytes.length, bytes[0])).add(new Candidate(name, bytes));
            }
        }
        return slots.stream().map(slot -> slot.toArray(new Candidate[0])).toArray(Candidate[][]::new);
    }

    private static int slot(int length, byte first) {
        return length * LONGEST + (first & (LONGEST - 1));
    }

    static FieldName of(byte[] bytes, int from, int to) {
        if (to - from < LONGEST) {
            for (Candidate candidate : BY_LENGTH_AND_FIRST[slot(to - from, bytes[from])]) {
                if (Octets.equalsIgnoringCase(bytes, from, to, candidate.lowerCase)) {
                    return candidate.name;
                }
            }
        }
        return Octets.lower(bytes[from]) == 'x' ? ofPrefix(bytes, from, to) : OTHER;
    }

    private static FieldName ofPrefix(byte[] bytes, int from, int to) {
        if (Octets.startsIgnoringCase(bytes, from, to, X_FORWARDED_PREFIX)) {
            return X_FORWARDED;
        }
        boolean internal = Octets.startsIgnoringCase(bytes, from, to, X_PROXY_PREFIX)
                || Octets.startsIgnoringCase(bytes, from, to, X_CROSSFADE_PREFIX);
        return internal ? INTERNAL : OTHER;
    }

    boolean isHopByHop() {
        return scope == Scope.HOP_BY_HOP;
    }

    boolean isForwarding() {
        return scope == Scope.FORWARDING;
    }
}
