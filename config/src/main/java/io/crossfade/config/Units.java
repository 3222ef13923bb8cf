package io.crossfade.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How quantities are written: 5%, 1h30m, 1.5x, 64KiB, 10M. A bare number where a unit belongs is refused, because nobody
 * can tell whether {@code 30} means seconds or milliseconds.
 */
final class Units {

    static final int BUCKETS = 100_000;

    /** 0..1, written 0%..100%. */
    static final Format<Double> PERCENT = new Quantity<>(
            "0%..100%, such as 5%",
            List.of("%"), text -> percent(text).map(p -> p.movePointLeft(2).doubleValue()));

    /** 0..100,000 buckets, written 0%..100% in steps of 0.001%. */
    static final Format<Integer> WEIGHT = new Quantity<>(
            "0%..100% with at most three decimals, such as 5%",
            List.of("%"),
            text -> percent(text)
                    .map(p -> p.movePointRight(3).stripTrailingZeros())
                    .filter(buckets -> buckets.scale() <= 0)
                    .map(BigDecimal::intValueExact));

    static final Format<Duration> DURATION =
            new Quantity<>("a duration such as 500ms, 30s, 2h or 1h30m", List.of("ms", "s", "m", "h"), Units::duration);

    static final Format<Double> FACTOR = new Quantity<>(
            "a factor such as 1.5x", List.of("x"), text -> decimal(text, "x").map(BigDecimal::doubleValue));

    /** Bytes. */
    static final Format<Long> SIZE =
            new Quantity<>("a size such as 512B, 64KiB or 16MiB", List.of("B", "KiB", "MiB"), Units::size);

    static final Format<Long> COUNT = new Quantity<>("a whole number such as 500, 20k or 10M", List.of(), Units::count);

    private static final Pattern BARE = Pattern.compile("\\d{1,18}(\\.\\d{1,18})?");
    private static final Pattern DURATIONS =
            Pattern.compile("(?:(\\d{1,4})d)?(?:(\\d{1,6})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?(?:(\\d{1,12})ms)?");
    private static final Pattern SIZES = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
    private static final Pattern COUNTS = Pattern.compile("(\\d{1,15})([kMG]?)");

    private Units() {}

    static String show(Duration duration) {
        if (duration.isNegative() || duration.toNanosPart() % 1_000_000 != 0) {
            return duration.toString();
        }
        String shown = part(duration.toHours(), "h")
                + part(duration.toMinutesPart(), "m")
                + part(duration.toSecondsPart(), "s")
                + part(duration.toMillisPart(), "ms");
        return shown.isEmpty() ? "0s" : shown;
    }

    static String showSize(long bytes) {
        if (bytes > 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        return bytes > 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
    }

    static String showPercent(double ratio) {
        return Double.isFinite(ratio) ? plain(BigDecimal.valueOf(ratio).movePointRight(2)) + "%" : ratio + "";
    }

    static String showFactor(double factor) {
        return Double.isFinite(factor) ? plain(BigDecimal.valueOf(factor)) + "x" : factor + "";
    }

    static String showWeight(int buckets) {
        return plain(BigDecimal.valueOf(buckets, 3)) + "%";
    }

    /** Without an exponent, and without the noise of a binary fraction. */
    static String plain(double number) {
        return plain(BigDecimal.valueOf(number));
    }

    private static String plain(BigDecimal number) {
        return number.setScale(9, RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString();
    }

    private static String part(long amount, String unit) {
        return amount == 0 ? "" : amount + unit;
    }

    private static Optional<BigDecimal> percent(String text) {
        return decimal(text, "%").filter(p -> p.compareTo(BigDecimal.valueOf(100)) <= 0);
    }

    private static Optional<BigDecimal> decimal(String text, String unit) {
        if (!text.endsWith(unit)) {
            return Optional.empty();
        }
        String number = text.substring(0, text.length() - unit.length());
        return BARE.matcher(number).matches() ? Optional.of(new BigDecimal(number)) : Optional.empty();
    }

    private static Optional<Duration> duration(String text) {
        Matcher parts = DURATIONS.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(part(parts, 1))
                .plusHours(part(parts, 2))
                .plusMinutes(part(parts, 3))
                .plusSeconds(part(parts, 4))
                .plusMillis(part(parts, 5)));
    }

    private static long part(Matcher parts, int group) {
        return parts.start(group) < 0 ? 0 : Long.parseLong(parts.group(group));
    }

    private static Optional<Long> size(String text) {
        Matcher parts = SIZES.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int shift = List.of("B", "KiB", "MiB", "GiB").indexOf(parts.group(2)) * 10;
        return Optional.of(Long.parseLong(parts.group(1)) << shift);
    }

    private static Optional<Long> count(String text) {
        Matcher parts = COUNTS.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long factor = switch (parts.group(2)) {
            case "k" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 1;
        };
        long number = Long.parseLong(parts.group(1));
        return number > Long.MAX_VALUE / factor ? Optional.empty() : Optional.of(number * factor);
    }

    /** A number with one of some units. */
    private record Quantity<T>(String expected, List<String> units, Function<String, Optional<T>> parser)
            implements Format<T> {

        @Override
        public Parsed<T> parse(String text) {
            return parser.apply(text).map(Parsed::of).orElseGet(() -> complaint(text));
        }

        private Parsed<T> complaint(String text) {
            if (units.isEmpty() || !BARE.matcher(text).matches()) {
                return unlike(text);
            }
            String choices = units.stream().map(unit -> text + unit).collect(Collectors.joining(" or "));
            return Parsed.wrong(text + " has no unit (expected: " + choices + ")");
        }
    }
}
