package io.crossfade.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;

/** Bytes that wait are joined with what follows while their beginning may still be on its way to the other side. */
class RemainderTest {
    @Test
    void whatWasPassedOnKeepsItsBytesAndItsMemory() {
        ByteBuf before = buffer(8, "body|GET");
        ByteBuf passed = before.readRetainedSlice(5);
        long address = passed.memoryAddress();
        ByteBuf joined = Remainder.join(before, buffer(4096, " /" + "x".repeat(3000)));
        assertThat(joined.toString(US_ASCII)).startsWith("GET /xxx").hasSize(3005);
        assertThat(passed.toString(US_ASCII)).isEqualTo("body|");
        assertThat(passed.memoryAddress()).isEqualTo(address);
        assertThat(joined.memoryAddress()).isNotEqualTo(address);
        joined.release();
        passed.release();
        assertThat(passed.refCnt()).isZero();
    }

    @Test
    void whatNobodyElseHoldsIsJoinedInPlace() {
        ByteBuf before = buffer(64, "GET");
        ByteBuf joined = Remainder.join(before, buffer(8, " /"));
        assertThat(joined).isSameAs(before);
        assertThat(joined.toString(US_ASCII)).isEqualTo("GET /");
        joined.release();
    }

    private static ByteBuf buffer(int capacity, String bytes) {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(capacity);
        ByteBufUtil.writeAscii(buffer, bytes);
        return buffer;
    }
}
