package io.crossfade.assign;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHash64Test {
    private static final long PRIME_32 = 2654435761L;

    /** The reference implementation's own sanity checks (xxhsum), by length, without and with a seed. */
    @ParameterizedTest
    @CsvSource({
        "0, EF46DB3751D8E999, AC75FDA2929B17EF",
        "1, E934A84ADB052768, 5014607643A9B4C3",
        "4, 9136A0DCA57457EE, CAAB286BD8E9FDB5",
        "14, 8282DCC4994E35C8, C3BD6BF63DEB6DF0",
        "222, B641AE8CB691C174, 20CB8AB7AE10C14A",
    })
    void agreesWithTheReference(int length, String unseeded, String seeded) {
        byte[] bytes = new byte[length];
        long generator = PRIME_32;
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (generator >>> 56);
            generator *= 0x9E3779B185EBCA8DL;
        }
        assertThat(Long.toHexString(XxHash64.hash(bytes, 0, length, 0))).isEqualToIgnoringCase(unseeded);
        assertThat(Long.toHexString(XxHash64.hash(bytes, 0, length, PRIME_32))).isEqualToIgnoringCase(seeded);
    }

    @ParameterizedTest
    @CsvSource({"a, d24ec4f1a98c6e5b", "abc, 44bc2cf5ad770999", "123456789, 8cb841db40e6ae83"})
    void agreesWithKnownHashesOfText(String text, String hash) {
        byte[] bytes = text.getBytes(US_ASCII);
        assertThat(Long.toHexString(XxHash64.hash(bytes, 0, bytes.length, 0))).isEqualTo(hash);
    }

    @Test
    void hashesARangeAsIfItStoodAlone() {
        byte[] inside = "..... some sixty bytes of text, which is more than one stripe of 32 .....".getBytes(US_ASCII);
        for (int length = 0; length < 60; length++) {
            byte[] alone = new byte[length];
            System.arraycopy(inside, 5, alone, 0, length);
            assertThat(XxHash64.hash(inside, 5, 5 + length, 7)).isEqualTo(XxHash64.hash(alone, 0, length, 7));
        }
    }

    @Test
    void refusesARangeOutsideTheArray() {
        assertThatThrownBy(() -> XxHash64.hash(new byte[3], 1, 4, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
