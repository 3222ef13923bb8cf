package io.crossfade.admin.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 90s, 5m or 1h30m. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
        try {
            if (value.matches("([0-9]+h)?([0-9]+m)?([0-9]+s)?")) {
                return Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
            }
        } catch (DateTimeParseException e) {
            throw wrong(value);
        }
        throw wrong(value);
    }

    private static TypeConversionException wrong(String value) {
        return new TypeConversionException(value + " (expected: a time such as 90s, 5m or 1h30m)");
    }
}
