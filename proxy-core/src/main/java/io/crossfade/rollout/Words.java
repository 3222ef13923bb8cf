package io.crossfade.rollout;

import java.util.Locale;

/** How constants, weights, times and counts are written for people; the same on every machine. */
final class Words {
    /** Buckets of a whole weight. */
    static final int WHOLE = 100_000;

    private static final double SECONDS_PER_MINUTE = 60;
    private static final double SECONDS_PER_HOUR = 3_600;

    /** {@code rolledBack} for {@code ROLLED_BACK}. */
    static String camel(String constant) {
        StringBuilder word = new StringBuilder(constant.length());
        for (String part : constant.split("_", -1)) {
            String lower = part.toLowerCase(Locale.ROOT);
            word.append(word.isEmpty() ? lower : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
        }
        return word.toString();
    }

    /** {@code 2.5%} for 2,500 buckets. */
    static String percent(int buckets) {
        return ratio(buckets / (double) WHOLE);
    }

    /** {@code 0.25%} for 0.0025, with at most four decimals. */
    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.4f", ratio * 100).replaceFirst("\\.?0+$", "") + "%";
    }

    /** {@code 1h30m}, {@code 45s}, {@code 38 ms}. */
    static String time(long millis) {
        if (millis < 1000) {
            return millis + " ms";
        }
        long seconds = millis / 1000;
        String text = (seconds >= 3600 ? seconds / 3600 + "h" : "")
                + (seconds / 60 % 60 > 0 ? seconds / 60 % 60 + "m" : "")
                + (seconds % 60 > 0 ? seconds % 60 + "s" : "");
        boolean inexact = seconds < 60 && millis % 1000 != 0;
        return inexact ? String.format(Locale.ROOT, "%.1fs", millis / 1000.0) : text;
    }

    /** {@code 4,210}. */
    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 3,800} for 3,742: of what is reckoned two digits are as much as is known, and rather more than less. */
    static String rounded(long n) {
        long step = 1;
        while (n / step >= 100) {
            step *= 10;
        }
        return count((n + step - 1) / step * step);
    }

    /** {@code 40 s}, {@code 4 min}, {@code 1,200 h}: how long it takes, where that is reckoned. */
    static String about(double seconds) {
        if (seconds < SECONDS_PER_MINUTE) {
            return Math.max(1, Math.round(seconds)) + " s";
        }
        return seconds < SECONDS_PER_HOUR
                ? Math.round(seconds / SECONDS_PER_MINUTE) + " min"
                : count(Math.round(seconds / SECONDS_PER_HOUR)) + " h";
    }

    private Words() {}
}
