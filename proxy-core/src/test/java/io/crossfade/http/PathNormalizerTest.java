package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathNormalizerTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a/b/, /a/b/",
        "//a///b//, /a/b/",
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/a/b/.., /a/",
        "/a/., /a/",
        "/a/b/../../c, /c",
        "/..., /...",
        "/a/..b/.c, /a/..b/.c",
        "/a%2fb, /a/b",
        "/a%2F%2Fb, /a/b",
        "/a/b%2f../c, /a/c",
        "/%61%7e%2D, /a~-",
        "/%20%zz%, /%20%zz%",
        "/%252e, /%252e",
        "/a%3fb, /a%3fb",
        "/../a, /a",
        "//, /",
    })
    void normalForm(String path, String expected) {
        byte[] in = Wire.latin1("xx" + path + "/..");
        byte[] out = new byte[path.length()];
        int length = PathNormalizer.normalize(in, 2, 2 + path.length(), out);
        assertThat(Wire.latin1(out, 0, length)).isEqualTo(expected);
        byte[] again = new byte[length];
        int lengthAgain = PathNormalizer.normalize(out, 0, length, again);
        assertThat(Wire.latin1(again, 0, lengthAgain)).isEqualTo(expected);
    }
}
