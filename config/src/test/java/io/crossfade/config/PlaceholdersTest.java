package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlaceholdersTest {

    private final Placeholders placeholders =
            new Placeholders(Map.of("PORT", "80", "EMPTY", "", "NESTED", "${PORT}", "_x1", "y"));

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "$PORT, $PORT",
        "h:${PORT}, h:80",
        "${PORT}${PORT}/${_x1}, 8080/y",
        "${NONE:-7}, 7",
        "${PORT:-7}, 80",
        "${EMPTY:-7}, 7",
        "a${EMPTY}b, ab",
        "a${NONE:-}b, ab",
        "${NESTED}, ${PORT}",
        "${NONE:-a:-b}, a:-b"
    })
    void filled(String text, String expected) {
        assertThat(placeholders.fill(text).value()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${", "${}", "${PORT", "${1A}", "${PORT-7}", "${A B}", "x${PORT:-${PORT}}", "${PORT:-a"})
    void malformed(String text) {
        assertThat(placeholders.fill(text).complaint()).endsWith(" (expected: ${NAME} or ${NAME:-default})");
    }

    @Test
    void unsetIsAProblemUnlessThereIsADefault() {
        assertThat(placeholders.fill("x${NONE}").complaint())
                .isEqualTo("environment variable NONE is not set (expected: a value, or ${NONE:-default})");
        assertThat(Loading.problems(Loading.with("eventLoops: ${NONE}\n")))
                .containsExactly(
                        "5:13  eventLoops  environment variable NONE is not set (expected: a value, or ${NONE:-default})");
    }

    @Test
    void aFilledValueIsShownAsItIs() {
        assertThat(Loading.problems(Loading.load(Loading.with("eventLoops: ${N}\n"), Map.of("N", "2000"))))
                .containsExactly("5:13  eventLoops  2000 (expected: 0..1024)");
    }
}
