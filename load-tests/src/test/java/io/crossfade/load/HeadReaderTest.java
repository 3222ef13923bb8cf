package io.crossfade.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeadReaderTest {
    private final HeadReader head = new HeadReader();

    @Test
    void findsTheEndAtEverySplit() {
        byte[] message = bytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-LENGTH: 1024\r\n\r\nbody");
        int end = message.length - 4;
        for (int split = 1; split < end; split++) {
            assertThat(head.feed(message, 0, split)).isEqualTo(HeadReader.INCOMPLETE);
            assertThat(head.feed(message, split, message.length)).isEqualTo(end);
            assertThat(head.contentLength()).isEqualTo(1024);
            assertThat(head.startsWith(bytes("HTTP/1.1 200 "))).isTrue();
        }
    }

    @Test
    void aLengthThatIsNotThereIsMinusOne() {
        byte[] message = bytes("HTTP/1.1 200 OK\r\nX-Content-Length: 7\r\n\r\n");
        assertThat(head.feed(message, 0, message.length)).isEqualTo(message.length);
        assertThat(head.contentLength()).isEqualTo(-1);
    }

    @Test
    void aHeadWithoutEndIsRefused() {
        byte[] endless = new byte[17 << 10];
        assertThatThrownBy(() -> head.feed(endless, 0, endless.length)).hasMessageContaining("16384 bytes");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
