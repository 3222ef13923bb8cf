package io.crossfade.admin.demo;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** The little HTTP/1.1 that the demo's services and users speak: no pipelining, and both know each other's bodies. */
final class Heads {
    private Heads() {}

    /** Reads until an empty line; bytes read, which may run into the body, or -1 at the end of the stream. */
    static int read(InputStream in, byte[] into) throws IOException {
        int length = 0;
        while (length < into.length) {
            int n = in.read(into, length, into.length - length);
            if (n < 0) {
                return -1;
            }
            int from = Math.max(0, length - 3);
            length += n;
            if (end(into, from, length) >= 0) {
                return length;
            }
        }
        throw new IOException("a head of more than " + into.length + " bytes");
    }

    /** Index behind the empty line, or -1. */
    static int end(byte[] bytes, int from, int to) {
        for (int i = from; i + 3 < to; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /** Closes what is of no more use; a failure to do so changes nothing. */
    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // closed is all it should be
        }
    }
}
