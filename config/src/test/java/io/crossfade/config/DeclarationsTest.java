package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.crossfade.config.Bounds.Broken;
import io.crossfade.config.Bounds.Complaint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for every declared key. */
final class DeclarationsTest {

    /** Just outside, or far outside, of whatever a number of this type may be. */
    private static final Map<Class<?>, List<Object>> OUTSIDE = Map.of(
            int.class, List.of(Integer.MIN_VALUE, -1, Integer.MAX_VALUE),
            long.class, List.of(-1L, Long.MAX_VALUE),
            double.class, List.of(-1.0, Double.NaN, 1e9),
            Double.class, List.of(-1.0, Double.NaN, 1e9),
            Duration.class, List.of(Duration.ofMillis(-1), Duration.ofDays(100_000)));

    /** Says which argument of check is in the wrong place. */
    @Test
    void everyBoundHoldsUnderItsOwnName() {
        List<String> held = new ArrayList<>();
        for (Record section : sections(Loading.config(Loading.load(everything())))) {
            Shape<?> shape = Shape.ofType(section.getClass());
            for (Part part : shape.parts()) {
                Range range = part.range();
                if (range != null) {
                    refusesWhatIsOutside(shape, section, part, range.toString());
                    held.add(part.key());
                }
            }
        }
        assertThat(held).contains("requestLine", "writeLow", "drainTimeout", "minimumCalls", "setWeight", "extendUpTo");
    }

    private static void refusesWhatIsOutside(Shape<?> shape, Record section, Part part, String range) {
        for (Object outside : OUTSIDE.getOrDefault(part.type(), List.of())) {
            boolean unbounded = (outside.equals(Long.MAX_VALUE) && range.endsWith("or more"))
                    || (outside.equals(Integer.MAX_VALUE) && range.endsWith("2147483647"));
            if (!unbounded) {
                Map<String, Object> values = new LinkedHashMap<>();
                for (Part other : shape.parts()) {
                    Object value = other.get(section);
                    if (value != null) {
                        values.put(other.name(), value);
                    }
                }
                values.put(part.name(), outside);
                Throwable refusal = catchThrowable(() -> shape.make(values));
                assertThat(refusal)
                        .as("%s of %s is %s", part.name(), shape.type(), outside)
                        .isInstanceOf(Broken.class);
                assertThat(((Broken) refusal).complaints())
                        .extracting(Complaint::component)
                        .as("the arguments of check in %s stand in the order of its components", shape.type())
                        .contains(part.name());
            }
        }
    }

    @Test
    void everyDefaultIsWithinItsBounds() {
        assertThat(Limits.defaults().writeLow()).isEqualTo(32 << 10);
        assertThat(Admin.defaults().address().getPort()).isEqualTo(9900);
        assertThat(ControlSettings.defaults().journalSegment()).isEqualTo(4L << 20);
        assertThat(Upstream.Breaker.defaults().minimumCalls()).isEqualTo(20);
        assertThat(RolloutSpec.Analysis.defaults().latency().quantiles()).containsExactly(0.5, 0.9, 0.99, 0.999);
        assertThat(RolloutSpec.Analysis.off().errors().enabled()).isFalse();
    }

    @Test
    void everyKeyIsDescribedAndWrittenOnce() {
        for (Record section : sections(Loading.config(Loading.load(everything())))) {
            Set<String> keys = new HashSet<>();
            for (Part part : Shape.ofType(section.getClass()).keys()) {
                assertThat(keys.add(part.key())).as(part.key()).isTrue();
                assertThat(part.declared().says())
                        .as(part.key())
                        .isNotBlank()
                        .doesNotEndWith(".")
                        .doesNotContain("|");
            }
        }
    }

    @Test
    void aCheckThatForgetsAComponentIsABug() {
        assertThatThrownBy(() -> Shape.of(Limits.Heads.class).check(1, 2, 3, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checks 4 values (expected: all 5 in the order of the components)");
    }

    @Test
    void aRangeIsOneOrSaysWhatIsWrong() {
        assertThatThrownBy(() -> Range.of("5", ScalarKind.COUNT)).hasMessageStartingWith("bounds: 5 (expected: ");
        assertThatThrownBy(() -> Range.of("x..7", ScalarKind.COUNT)).hasMessageStartingWith("bounds: x (expected: ");
    }

    /** All records that hold keys, the whole first. */
    private static List<Record> sections(Record whole) {
        List<Record> found = new ArrayList<>();
        found.add(whole);
        for (Part part : Shape.ofType(whole.getClass()).parts()) {
            Object value = part.get(whole);
            Collection<?> values =
                    value instanceof Collection<?> several ? several : value == null ? List.of() : List.of(value);
            for (Object inner : values) {
                if (inner instanceof Record record && isSection(record)) {
                    found.addAll(sections(record));
                }
            }
        }
        return found;
    }

    private static boolean isSection(Record record) {
        Shape<?> shape = Shape.ofType(record.getClass());
        return !shape.keys().isEmpty() || shape.parts().stream().anyMatch(part -> part.group() != null);
    }

    private static String everything() {
        return Loading.withRollout(", steps: [{ setWeight: 5%, bake: 1h }, { setWeight: 9%, bake: 1h }]");
    }
}
