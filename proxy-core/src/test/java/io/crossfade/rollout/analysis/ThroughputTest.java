package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Five minutes of users with so many requests; seeds are fixed. */
class ThroughputTest {
    private static final int PER_GROUP = 128;

    private final SplittableRandom random = new SplittableRandom(21);

    /** How many requests a user makes in five minutes. */
    private enum Users {
        ALL_ONE,
        SOME,
        MANY,
        HEAVY_TAIL,
        FEW_BOTS
    }

    private long requests(Users users) {
        return switch (users) {
            case ALL_ONE -> 1;
            case SOME -> 1 + (long) (-2 * StrictMath.log(random.nextDouble()));
            case MANY -> 1 + (long) (-50 * StrictMath.log(random.nextDouble()));
            case HEAVY_TAIL -> (long) StrictMath.min(1e6, StrictMath.pow(random.nextDouble(), -1 / 1.2));
            case FEW_BOTS -> random.nextInt(100) == 0 ? 1_000 : 1 + random.nextInt(5);
        };
    }

    /** The numbers of one variant, through sketches as the event loops have them. */
    private List<Long> side(int units, LongSupplier wellOfOne) {
        byte[] registers = new byte[2_048];
        long[] well = new long[Throughput.GROUPS];
        for (int i = 0; i < units; i++) {
            long mixed = Sketches.mix(random.nextLong());
            int place = (int) (mixed >>> 53);
            int rank = 1 + Long.numberOfLeadingZeros((mixed << 11) | (1L << 10));
            registers[place] = (byte) Math.max(registers[place], rank);
            well[place / PER_GROUP] += wellOfOne.getAsLong();
        }
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < Throughput.GROUPS; i++) {
            numbers.add(well[i]);
            numbers.add(Math.round(100 * DistinctUnits.estimate(registers, i * PER_GROUP, PER_GROUP)));
        }
        return numbers;
    }

    private static List<Long> window(List<Long> baseline, List<Long> canary) {
        List<Long> window = new ArrayList<>(baseline);
        window.addAll(canary);
        return window;
    }

    /** With nothing allowed, min 100%, which is the worst: an equal canary is below the baseline half of the time. */
    @ParameterizedTest
    @EnumSource(Users.class)
    void equalVariantsAreNeverHeld(Users users) {
        for (int units : new int[] {100, 250, 1_500}) {
            int sides = units > 1_000 ? 60 : 200;
            List<List<Long>> all = new ArrayList<>();
            for (int i = 0; i < sides; i++) all.add(side(units, () -> requests(users)));
            for (List<Long> baseline : all) {
                for (List<Long> canary : all) {
                    Throughput throughput = new Throughput(1);
                    throughput.apply(window(baseline, canary));
                    assertThat(throughput.verdict()).as("%d units", units).isNotEqualTo(Verdict.FAIL);
                }
            }
        }
    }

    /** Half of what users ask for does not end well. */
    @ParameterizedTest
    @ValueSource(ints = {500, 2_000, 20_000})
    void halfIsFound(int units) {
        Throughput throughput = new Throughput(0.9);
        throughput.apply(window(side(units, () -> requests(Users.SOME)), side(units, () -> requests(Users.SOME) / 2)));
        assertThat(throughput.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(throughput.finding().logEvidence())
                .isGreaterThan(throughput.finding().logThreshold());
        throughput.begin();
        assertThat(throughput.verdict()).isEqualTo(Verdict.NO_DATA);
    }

    /** What is a little below the least is within the errors; nothing at all is seen by any hundred users. */
    @Test
    void nothingAtAllIsFoundAmongAHundredAndTwenty() {
        Throughput throughput = new Throughput(0.9);
        throughput.apply(window(side(130, () -> 5), side(130, () -> 0)));
        assertThat(throughput.verdict()).isEqualTo(Verdict.FAIL);
        throughput.apply(window(side(1_000, () -> requests(Users.SOME)), side(1_000, () -> requests(Users.SOME))));
        assertThat(throughput.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void fewerThanAHundredUnitsSayNothing() {
        Throughput throughput = new Throughput(0.9);
        assertThat(throughput.verdict()).isEqualTo(Verdict.NO_DATA);
        throughput.apply(window(side(1_000, () -> 5), side(80, () -> 0)));
        assertThat(throughput.verdict()).isEqualTo(Verdict.NO_DATA);
        throughput.apply(window(side(80, () -> 5), side(1_000, () -> 0)));
        assertThat(throughput.verdict()).isEqualTo(Verdict.NO_DATA);
        throughput.apply(Arrays.asList(new Long[0]));
        assertThat(throughput.verdict()).isEqualTo(Verdict.NO_DATA);
    }

    @Test
    void goesOnToTheBit() {
        AnalysisSettings settings =
                AnalysisSettings.defaults().with(new AnalysisSettings.Users(false, 0.95, true, 0.9));
        Analysis analysis = new Analysis(settings);
        analysis.beginAttempt();
        List<Long> window = window(side(500, () -> 5), side(500, () -> 2));
        analysis.apply(Batch.ofSuccesses(1_000, 10_000, 90, 10).with(new Batch.Users(-1, List.of(), window)));
        assertThat(analysis.throughput()).isEqualTo(Verdict.FAIL);
        Analysis again = Analysis.restore(settings, analysis.save());
        assertThat(again.save()).isEqualTo(analysis.save());
        assertThat(again.findings()).isEqualTo(analysis.findings());
    }
}
