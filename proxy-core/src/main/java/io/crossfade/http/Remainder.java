package io.crossfade.http;

import io.netty.buffer.ByteBuf;

/** What is left of a read because its message is not complete yet. */
public final class Remainder {
    /**
     * Puts the second buffer behind what is left of the first; both are taken over. A slice of the first may still wait to
     * be written, in the kernel's hands even: then its memory must neither move nor be given back, so the rest moves out.
     */
    public static ByteBuf join(ByteBuf before, ByteBuf in) {
        try {
            if (before.refCnt() == 1 && before.maxCapacity() - before.readableBytes() >= in.readableBytes()) {
                return before.discardReadBytes().writeBytes(in);
            }
            ByteBuf joined = before.alloc().ioBuffer(before.readableBytes() + in.readableBytes());
            joined.writeBytes(before).writeBytes(in);
            before.release();
            return joined;
        } finally {
            in.release();
        }
    }

    private Remainder() {}
}
