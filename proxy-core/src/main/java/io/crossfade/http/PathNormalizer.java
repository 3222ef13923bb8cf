package io.crossfade.http;

/**
 * The normal form of a path, in which routes are matched: unreserved characters and slashes decoded, dot segments removed
 * (RFC 3986 section 6.2.2), slashes merged. The path that goes upstream stays as the client sent it.
 */
public final class PathNormalizer {
    /**
     * Writes the normal form of a path that begins with a slash.
     *
     * @param dst gets at most {@code to - from} bytes from its start
     * @return the length of the normal form
     */
    public static int normalize(byte[] src, int from, int to, byte[] dst) {
        return removeDotSegments(dst, decode(src, from, to, dst));
    }

    private static int decode(byte[] src, int from, int to, byte[] dst) {
        int length = 0;
        for (int at = from; at < to; at++) {
            int decoded = src[at] == '%' ? Octets.percentDecoded(src, at, to) : -1;
            if (decoded == '/' || (decoded > 0 && Octets.UNRESERVED[decoded] != 0)) {
                dst[length++] = (byte) decoded;
                at += 2;
            } else {
                dst[length++] = src[at];
            }
        }
        return length;
    }

    /** Works in place: what is written never overtakes what is read. */
    private static int removeDotSegments(byte[] path, int end) {
        int length = 0;
        int at = 0;
        while (at < end) {
            int start = at + 1;
            int stop = segmentEnd(path, start, end);
            int dots = dots(path, start, stop);
            boolean last = stop == end;
            if (dots == 2) {
                length = parent(path, length);
            } else if (dots == 0 && stop > start) {
                path[length++] = '/';
                System.arraycopy(path, start, path, length, stop - start);
                length += stop - start;
            }
            if (last && (dots > 0 || stop == start)) {
                path[length++] = '/';
            }
            at = stop;
        }
        return length;
    }

    private static int segmentEnd(byte[] path, int from, int end) {
        int at = from;
        while (at < end && path[at] != '/') {
            at++;
        }
        return at;
    }

    private static int dots(byte[] path, int from, int to) {
        int length = to - from;
        boolean dotted = length > 0 && length <= 2 && path[from] == '.' && path[to - 1] == '.';
        return dotted ? length : 0;
    }

    private static int parent(byte[] path, int length) {
        int at = length;
        while (at > 0 && path[--at] != '/') {}
        return at;
    }

    /**
     * Whether an upstream could read the path as another one than we do: an encoded NUL, an encoded backslash, an encoded
     * dot segment, one with parameters ("..;", which servlet containers take for ".."), or an escape above the root, whether or
     * not the upstream takes %2f for a slash.
     */
    static boolean isDangerous(byte[] bytes, int from, int to) {
        return isDangerous(bytes, from, to, false) || isDangerous(bytes, from, to, true);
    }

    private static boolean isDangerous(byte[] bytes, int from, int to, boolean encodedSlashes) {
        int depth = 0;
        int dots = 0;
        int others = 0;
        boolean encodedDot = false;
        for (int at = from + 1; at <= to; at++) {
            int decoded = at < to && bytes[at] == '%' ? Octets.percentDecoded(bytes, at, to) : -1;
            if (decoded == 0 || decoded == '\\') {
                return true;
            }
            if (at == to || bytes[at] == '/' || (decoded == '/' && encodedSlashes)) {
                boolean dotSegment = others == 0 && (dots == 1 || dots == 2);
                if (dotSegment && encodedDot) {
                    return true;
                }
                if (dotSegment) {
                    depth -= dots - 1;
                } else if (others + dots > 0) {
                    depth++;
                }
                if (depth < 0) {
                    return true;
                }
                dots = 0;
                others = 0;
                encodedDot = false;
            } else if (bytes[at] == ';' && others == 0 && dots > 0 && dots <= 2) {
                return true;
            } else if (bytes[at] == '.' || decoded == '.') {
                dots++;
                encodedDot |= decoded == '.';
            } else {
                others++;
            }
            if (decoded >= 0) {
                at += 2;
            }
        }
        return false;
    }

    private PathNormalizer() {}
}
