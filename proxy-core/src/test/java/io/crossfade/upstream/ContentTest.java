package io.crossfade.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.http.BodyForm;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.Refusal;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.Trailers;
import io.crossfade.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a reader of HTTP/1.1 tells a receiver that takes bodies as content: a door of another protocol. */
class ContentTest {
    private final List<String> told = new ArrayList<>();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final Http1Reader reader = new Http1Reader(new Reading(HttpLimits.defaults(), 8));

    /** Takes content, and writes down what it is told. */
    private final class Taker implements UpstreamReceiver {
        @Override
        public void connected(UpstreamCall call) {}

        @Override
        public void unavailable(Outcome why, String detail) {}

        @Override
        public BodyForm takes(ResponseHead head) {
            return BodyForm.CONTENT;
        }

        @Override
        public void interim(ResponseHead head, ByteBuf raw, int headLength) {
            told.add("interim " + head.status());
        }

        @Override
        public void head(ResponseHead head, ByteBuf raw, int headLength, boolean last) {
            String part = raw.toString(raw.readerIndex() + headLength, raw.readableBytes() - headLength, US_ASCII);
            raw.release();
            told.add("head " + head.status() + part(part) + (last ? " last" : ""));
        }

        @Override
        public void body(ByteBuf part, boolean last) {
            told.add("body" + part(part.toString(US_ASCII)) + (last ? " last" : ""));
            part.release();
        }

        private String part(String text) {
            return text.isEmpty() ? "" : " " + text;
        }

        @Override
        public void end(@Nullable Trailers trailers) {
            told.add("end" + (trailers == null ? "" : " " + new String(trailers.lines(), US_ASCII).strip()));
        }

        @Override
        public void readComplete() {}

        @Override
        public void writable() {}

        @Override
        public void failed(Outcome why, @Nullable Refusal refusal) {}
    }

    private @Nullable Refusal read(String text) {
        return reader.read(Unpooled.copiedBuffer(text, US_ASCII), allocator);
    }

    private void begin() {
        told.clear();
        reader.begin(new Taker());
    }

    @Test
    void chunksAreUnwrappedAndTrailersToldBeside() {
        begin();
        assertThat(read("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"))
                .isNull();
        assertThat(read("lo\r\n6\r\n world\r\n0\r\nX-Sum: 7\r\nContent-Length: 1\r\n\r\n"))
                .isNull();
        assertThat(told).containsExactly("interim 103", "head 200", "body hel", "body lo world", "end X-Sum: 7");
        assertThat(reader.leavesInOrder()).isTrue();
    }

    @Test
    void withoutTrailersTheLastPartIsTheEnd() {
        begin();
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        assertThat(told).containsExactly("head 200", "body hello last");
        begin();
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        read("0\r\n\r\n");
        assertThat(told).containsExactly("head 200", "body hello", "body last");
    }

    @Test
    void aBodyOfKnownLengthIsContentAsItIs() {
        begin();
        read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        read("world");
        assertThat(told).containsExactly("head 200 hello", "body world last");
        begin();
        read("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(told).containsExactly("head 204 last");
    }

    @Test
    void whatComesBehindTheEndIsToldToNobody() {
        begin();
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n");
        assertThat(told).containsExactly("head 200", "body last");
        assertThat(reader.surplus()).isTrue();
        assertThat(reader.leavesInOrder()).isFalse();
    }

    @Test
    void aBrokenChunkIsGivenToTheCaller() {
        begin();
        assertThat(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"))
                .isEqualTo(Refusal.UPSTREAM_MALFORMED_BODY);
        assertThat(told).containsExactly("head 200");
    }
}
