package io.crossfade.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The checks of a record's constructor: all of them are made, then all that failed are reported in one exception. The
 * bounds of a setting are therefore written once, in the record, and {@link ConfigLoader} only adds where the value stands.
 */
final class Bounds {

    private final List<Complaint> complaints = new ArrayList<>();

    private Bounds() {}

    static Bounds check() {
        return new Bounds();
    }

    Bounds count(String component, long value, long min, long max) {
        return that(value >= min && value <= max, component, value, min + ".." + max);
    }

    /** Sizes are bytes. */
    Bounds size(String component, long value, long min, long max) {
        String expected = max == Long.MAX_VALUE
                ? Units.showSize(min) + " or more"
                : Units.showSize(min) + ".." + Units.showSize(max);
        return that(value >= min && value <= max, component, Units.showSize(value), expected);
    }

    Bounds time(String component, Duration value, Duration min, Duration max) {
        boolean inside = value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
        return that(inside, component, Units.show(value), Units.show(min) + ".." + Units.show(max));
    }

    /** Ratios 0..1, shown as percentages. */
    Bounds ratio(String component, double value, double min, double max) {
        boolean inside = value >= min && value <= max;
        return that(
                inside, component, Units.showPercent(value), Units.showPercent(min) + ".." + Units.showPercent(max));
    }

    Bounds factor(String component, double value, double min, double max) {
        boolean inside = value >= min && value <= max;
        return that(inside, component, Units.showFactor(value), Units.showFactor(min) + ".." + Units.showFactor(max));
    }

    /** Weights are buckets of 100,000 here and percentages in a file. */
    Bounds weight(String component, int value, int min) {
        if (value < min || value > Units.BUCKETS) {
            String written = Units.showWeight(min) + "..100%";
            complaints.add(new Complaint(component, String.valueOf(value), min + ".." + Units.BUCKETS, written));
        }
        return this;
    }

    /** A name shows up in metrics, journals and addresses of the API. */
    Bounds name(String component, String value) {
        return that(NameFormat.valid(value), component, value, NameFormat.EXPECTED);
    }

    Bounds that(boolean holds, String component, Object value, String expected) {
        if (!holds && complaints.size() < Problems.MOST) {
            complaints.add(new Complaint(component, String.valueOf(value), expected, expected));
        }
        return this;
    }

    /** @throws Broken when any check failed */
    void keep() {
        if (!complaints.isEmpty()) {
            throw new Broken(complaints);
        }
    }

    /**
     * One value out of its bounds.
     *
     * @param component of the record, also with an index: {@code steps[2]}
     * @param expected in the units of the record
     * @param expectedInFile the same in the words of a configuration file
     */
    record Complaint(String component, String value, String expected, String expectedInFile) {
        @Override
        public String toString() {
            return component + ": " + value + " (expected: " + expected + ")";
        }
    }

    /** Thrown by a record's constructor with everything that is wrong with its arguments. */
    static final class Broken extends IllegalArgumentException {
        private static final long serialVersionUID = 1;
        private final transient List<Complaint> complaints;

        Broken(List<Complaint> complaints) {
            super(String.join("; ", complaints.stream().map(Complaint::toString).toList()));
            this.complaints = List.copyOf(complaints);
        }

        List<Complaint> complaints() {
            return complaints;
        }
    }
}
