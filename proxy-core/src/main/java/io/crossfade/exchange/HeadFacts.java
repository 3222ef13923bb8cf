package io.crossfade.exchange;

import io.crossfade.http.PathNormalizer;
import io.crossfade.http.RequestHead;
import io.crossfade.route.Facts;
import java.util.Arrays;

/** What the route room asks of a request head, read where the head lies. One per event loop. */
final class HeadFacts implements Facts {
    private final RequestHead head;
    private final byte[] normal;
    private byte[] path;
    private int pathStart;
    private int pathEnd;

    HeadFacts(RequestHead head, int longestTarget) {
        this.head = head;
        this.normal = new byte[longestTarget];
        this.path = normal;
    }

    /** Routes see the path as it was sent. */
    HeadFacts raw() {
        path = head.bytes();
        pathStart = head.targetStart();
        pathEnd = head.pathEnd();
        return this;
    }

    /** Routes see the path in its normal form. */
    HeadFacts normalized() {
        pathEnd = PathNormalizer.normalize(head.bytes(), head.targetStart(), head.pathEnd(), normal);
        path = normal;
        pathStart = 0;
        return this;
    }

    @Override
    public byte[] bytes() {
        return head.bytes();
    }

    @Override
    public int hostStart() {
        return head.hostStart();
    }

    @Override
    public int hostEnd() {
        return head.hostEnd();
    }

    @Override
    public byte[] pathBytes() {
        return path;
    }

    @Override
    public int pathStart() {
        return pathStart;
    }

    @Override
    public int pathEnd() {
        return pathEnd;
    }

    @Override
    public int methodStart() {
        return head.methodStart();
    }

    @Override
    public int methodEnd() {
        return head.methodEnd();
    }

    @Override
    public boolean headerEquals(byte[] lowerCaseName, byte[] value) {
        for (int field = head.find(lowerCaseName); field >= 0; field = head.find(lowerCaseName, field + 1)) {
            if (Arrays.equals(head.bytes(), head.valueStart(field), head.valueEnd(field), value, 0, value.length)) {
                return true;
            }
        }
        return false;
    }
}
