package io.crossfade.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a chunked body is refused for, and that bodies pass byte for byte. */
@SuppressWarnings("StringConcatToTextBlock") // A text block would hide the CRLFs.
final class BodyFramerTest {
    private final BodyFramer framer = new BodyFramer(HttpLimits.defaults());

    private int scan(String text) {
        return framer.scan(Unpooled.wrappedBuffer(Wire.latin1(text)));
    }

    private String chunkedVerdict(String escaped) {
        framer.chunked();
        int passes = scan(Wire.bytes(escaped));
        return passes == BodyFramer.REFUSED ? framer.refusal().word() : framer.done() ? "done" : "incomplete";
    }

    private String ending() {
        ByteBuf ending = framer.ending(UnpooledByteBufAllocator.DEFAULT);
        return ending == null ? "" : Wire.text(ending);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "g\\r\\n, malformed_chunk_size",
                "0x5\\r\\n, malformed_chunk_size",
                "+5\\r\\n, malformed_chunk_size",
                "-5\\r\\n, malformed_chunk_size",
                "\\r\\n, malformed_chunk_size",
                ";a\\r\\n, malformed_chunk_size",
                "` 5\\r\\n`, malformed_chunk_size",
                "5 \\r\\n, malformed_chunk_size",
                "5\\t\\r\\n, malformed_chunk_size",
                "5 5\\r\\n, malformed_chunk_size",
                "5\\x0b\\r\\n, malformed_chunk_size",
                "5_0\\r\\n, malformed_chunk_size",
                "00000000000000005\\r\\n, malformed_chunk_size",
                "10000000000000005\\r\\n, malformed_chunk_size",
                "8000000000000000\\r\\n, malformed_chunk_size",
                "ffffffffffffffff\\r\\n, malformed_chunk_size",
                "1\\r\\na\\r\\n7fffffffffffffff\\r\\n, malformed_chunk_size",
                "5\\nhello\\r\\n, bare_lf",
                "5;a\\nhello\\r\\n, bare_lf",
                "5 \\nhello\\r\\n, bare_lf",
                "5\\rhello\\r\\n, bare_cr",
                "5;a\\rb\\r\\n, bare_cr",
                "5;a\\0\\r\\n, malformed_chunk_extension",
                "5;a\\x7f\\r\\n, malformed_chunk_extension",
                "5\\r\\nhello5\\r\\n, malformed_chunk_end",
                "5\\r\\nhello\\n0\\r\\n, malformed_chunk_end",
                "5\\r\\nhello\\r0\\r\\n, malformed_chunk_end",
                "5\\r\\nhelloX\\r\\n, malformed_chunk_end",
                "0\\r\\n\\n, bare_lf",
                "0\\r\\n\\rX, bare_cr",
            })
    void aBadChunkIsRefused(String text, String word) {
        assertThat(chunkedVerdict(text)).isEqualTo(word);
        assertThat(framer.refusal().status()).isEqualTo(400);
        assertThat(framer.done()).isFalse();
        assertThat(scan("0\r\n\r\n")).isEqualTo(BodyFramer.REFUSED);
    }

    @Test
    void aChunkLineOver256BytesIsRefused() {
        assertThat(chunkedVerdict("5;" + "a".repeat(254))).isEqualTo("incomplete");
        assertThat(chunkedVerdict("5;" + "a".repeat(255))).isEqualTo("chunk_line_too_long");
    }

    @Test
    void extensionsOver4KiBAMessageAreRefused() {
        String chunk = "1;" + "a".repeat(127) + "\r\nx\r\n";
        assertThat(chunkedVerdict(chunk.repeat(32))).isEqualTo("incomplete");
        assertThat(chunkedVerdict(chunk.repeat(32) + "1;")).isEqualTo("chunk_extensions_too_large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
                "0000000000000005\\r\\nhello\\r\\n00\\r\\n\\r\\n",
                "5;a=b;c=\"d;\\xe9\"\\r\\nhello\\r\\n0;x\\r\\n\\r\\n",
                "5 \\t;a\\r\\nhello\\r\\n0\\r\\n\\r\\n",
                "1\\r\\nh\\r\\nA\\r\\nello\\0\\r\\n0\\r\\n\\r\\n0\\r\\n\\r\\n",
                "0\\r\\n\\r\\n",
            })
    void validChunksPassUntouched(String escaped) {
        String text = Wire.bytes(escaped);
        framer.chunked();
        int passes = scan(text + "GET /next");
        assertThat(framer.done()).isTrue();
        assertThat(framer.consumed()).isEqualTo(passes);
        assertThat(text.substring(0, passes)).endsWith("\r\n\r\n").startsWith(text.substring(0, 1));
        assertThat(framer.ending(UnpooledByteBufAllocator.DEFAULT)).isNull();
    }

    @Test
    void trailersAreWithheldAndFiltered() {
        framer.chunked();
        String text =
                "0\r\nX-Sum: 1\r\nHost: b\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\nCookie: a\r\nSet-Cookie: a\r\n"
                        + "Authorization: x\r\nX-Forwarded-For: 1\r\nX-Proxy-Variant: canary\r\nForwarded: x\r\nConnection: x\r\n"
                        + "Trailer: x\r\nX_Sum: 1\r\nContent-Type: a\r\nCache-Control: x\r\nY: 2\r\n\r\nNEXT";
        assertThat(scan(text)).isEqualTo(3);
        assertThat(framer.done()).isTrue();
        assertThat(framer.consumed()).isEqualTo(text.length() - 4);
        assertThat(ending()).isEqualTo("X-Sum: 1\r\nY: 2\r\n\r\n");
        assertThat(ending()).isEmpty();
    }

    @Test
    void trailersInPieces() {
        framer.chunked();
        assertThat(scan("1\r\na\r\n0\r\nX: ")).isEqualTo(9);
        assertThat(framer.consumed()).isEqualTo(12);
        assertThat(ending()).isEmpty();
        assertThat(scan("1\r")).isZero();
        assertThat(framer.consumed()).isEqualTo(2);
        assertThat(scan("\n\r")).isZero();
        assertThat(framer.done()).isFalse();
        assertThat(scan("\nNEXT")).isZero();
        assertThat(framer.consumed()).isEqualTo(1);
        assertThat(framer.done()).isTrue();
        assertThat(ending()).isEqualTo("X: 1\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "X: a\\nY: b\\r\\n\\r\\n, bare_lf",
                "X: a\\0\\r\\n\\r\\n, control_character",
                "X: a\\r\\n b\\r\\n\\r\\n, obs_fold",
                "X : a\\r\\n\\r\\n, space_before_colon",
                "X\\r\\n\\r\\n, missing_colon",
                "GET / HTTP/1.1\\r\\n\\r\\n, space_before_colon",
            })
    void trailersAreAsStrictAsHeads(String trailers, String word) {
        assertThat(chunkedVerdict("0\\r\\n" + trailers)).isEqualTo(word);
    }

    @Test
    void trailersOver64LinesOr8KiBAreRefused() {
        assertThat(chunkedVerdict("0\\r\\n" + "X: 1\\r\\n".repeat(64) + "\\r\\n"))
                .isEqualTo("done");
        assertThat(chunkedVerdict("0\\r\\n" + "X: 1\\r\\n".repeat(65) + "\\r\\n"))
                .isEqualTo("too_many_trailers");
        assertThat(framer.refusal().status()).isEqualTo(431);
        assertThat(chunkedVerdict("0\\r\\nX: " + "v".repeat((8 << 10) - 5) + "\\r\\n\\r\\n"))
                .isEqualTo("done");
        assertThat(chunkedVerdict("0\\r\\nX: " + "v".repeat((8 << 10) - 2) + "\\r\\n\\r\\n"))
                .isEqualTo("trailers_too_large");
        assertThat(chunkedVerdict("0\\r\\nX: " + "v".repeat(20_000))).isEqualTo("trailers_too_large");
        assertThat(framer.refusal().status()).isEqualTo(431);
    }

    @Test
    void lengthIsCounted() {
        framer.length(5);
        assertThat(scan("abc")).isEqualTo(3);
        assertThat(framer.done()).isFalse();
        assertThat(scan("deNEXT")).isEqualTo(2);
        assertThat(framer.done()).isTrue();
        assertThat(framer.consumed()).isEqualTo(2);
        assertThat(framer.contentBytes()).isEqualTo(5);
        assertThat(scan("NEXT")).isZero();
        framer.length(0);
        assertThat(framer.done()).isTrue();
        framer.length(Long.MAX_VALUE);
        assertThat(scan("abc")).isEqualTo(3);
        assertThat(framer.done()).isFalse();
        assertThatThrownBy(() -> framer.length(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void untilCloseNeverEnds() {
        framer.untilClose();
        assertThat(scan("abc")).isEqualTo(3);
        assertThat(framer.done()).isFalse();
        assertThat(framer.isUntilClose()).isTrue();
        assertThat(framer.contentBytes()).isEqualTo(3);
        framer.none();
        assertThat(framer.done()).isTrue();
        assertThat(framer.isUntilClose()).isFalse();
        assertThat(scan("abc")).isZero();
        assertThat(framer.consumed()).isZero();
    }

    @Test
    void decodeGivesContentOnly() {
        framer.chunked();
        ByteBuf in = Unpooled.wrappedBuffer(Wire.latin1("5\r\nhello\r\n1;x\r\n!\r\n0\r\nX: 1\r\n\r\nNEXT"));
        ByteBuf content = requireNonNull(framer.decode(in, UnpooledByteBufAllocator.DEFAULT));
        assertThat(Wire.text(content)).isEqualTo("hello!");
        assertThat(framer.done()).isTrue();
        assertThat(framer.consumed()).isEqualTo(in.readableBytes() - 4);
        assertThat(new String(requireNonNull(framer.trailers()).lines(), US_ASCII))
                .isEqualTo("X: 1\r\n");
        assertThat(framer.trailers()).isNull(); // handed out once
        framer.chunked();
        assertThat(framer.decode(Unpooled.wrappedBuffer(Wire.latin1("x")), UnpooledByteBufAllocator.DEFAULT))
                .isNull();
    }

    @Test
    void theReaderIndexStaysAndNeedNotBeZero() {
        framer.chunked();
        ByteBuf in =
                Unpooled.wrappedBuffer(Wire.latin1("junk1\r\na\r\n0\r\n\r\n")).skipBytes(4);
        assertThat(framer.scan(in)).isEqualTo(11);
        assertThat(in.readerIndex()).isEqualTo(4);
    }
}
