package io.crossfade.rollout;

import java.util.Locale;

/** How constants, weights, times and counts are written for people; the same on every machine. */
final class Words {
    /** Buckets of a whole weight. */
    static final int WHOLE = 100_000;

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
        String text = String.format(Locale.ROOT, "%d.%03d", buckets / 1000, buckets % 1000);
        return text.replaceFirst("\\.?0+$", "") + "%";
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

    private Words() {}
}
