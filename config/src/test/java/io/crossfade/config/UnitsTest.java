package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {

    @ParameterizedTest
    @CsvSource({"0s,0", "500ms,500", "30s,30000", "1h30m,5400000", "2h,7200000", "1d1ms,86400001", "90m,5400000"})
    void durations(String text, long millis) {
        assertThat(Units.DURATION.parse(text).value()).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1.5h", "30m1h", "1s 2ms", "1S", "99999999999999s", "1s1s", "٣s"})
    void noDurations(String text) {
        assertThat(Units.DURATION.parse(text).value()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0%,0", "5%,5000", "0.001%,1", "12.340%,12340", "100%,100000", "100.000%,100000"})
    void weights(String text, int buckets) {
        assertThat(Units.WEIGHT.parse(text).value()).isEqualTo(buckets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0001%", "100.001%", "-1%", "5 %", "5", "%", "1e1%", ".5%"})
    void noWeights(String text) {
        assertThat(Units.WEIGHT.parse(text).value()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0B,0", "512B,512", "64KiB,65536", "16MiB,16777216", "3GiB,3221225472"})
    void sizes(String text, long bytes) {
        assertThat(Units.SIZE.parse(text).value()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "500,500", "20k,20000", "10M,10000000", "2G,2000000000"})
    void counts(String text, long number) {
        assertThat(Units.COUNT.parse(text).value()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "1_000", "0x10", "10m", "999999999999999G"})
    void noCounts(String text) {
        assertThat(Units.COUNT.parse(text).value()).isNull();
    }

    @Test
    void ratiosAndFactors() {
        assertThat(Units.PERCENT.parse("0.1%").value()).isEqualTo(0.001);
        assertThat(Units.PERCENT.parse("99%").value()).isEqualTo(0.99);
        assertThat(Units.FACTOR.parse("1.5x").value()).isEqualTo(1.5);
    }

    @Test
    void aBareNumberIsAnsweredWithWhatToWrite() {
        assertThat(Units.PERCENT.parse("5").complaint()).isEqualTo("5 has no unit (expected: 5%)");
        assertThat(Units.FACTOR.parse("1.5").complaint()).isEqualTo("1.5 has no unit (expected: 1.5x)");
        assertThat(Units.SIZE.parse("64").complaint()).isEqualTo("64 has no unit (expected: 64B or 64KiB or 64MiB)");
        assertThat(Units.SIZE.parse("64KB").complaint())
                .isEqualTo("64KB (expected: a size such as 512B, 64KiB or 16MiB)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1ms", "1h30m", "24h", "1m1s1ms"})
    void durationsAreShownAsTheyAreWritten(String text) {
        assertThat(Units.DURATION
                        .parse(text)
                        .then(duration -> Parsed.of(Units.show(duration)))
                        .value())
                .isEqualTo(text);
    }
}
