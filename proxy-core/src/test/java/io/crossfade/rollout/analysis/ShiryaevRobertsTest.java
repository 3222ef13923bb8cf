package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ShiryaevRobertsTest {
    private static final double[] FAIL = {Math.log(2), Math.log(99.5)};
    private static final double[] OK = {Math.log(0.98 / 0.99), Math.log(0.005 / 0.99)};

    private final ShiryaevRoberts evidence = new ShiryaevRoberts(2, 0.01);

    @Test
    void startsWithoutEvidence() {
        assertThat(evidence.logMean()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void growsByHandComputedSteps() {
        evidence.event(FAIL);
        // R = (0 + 0.01) * {2, 99.5} = {0.02, 0.995}; mean 0.5075
        assertThat(evidence.logMean()).isCloseTo(Math.log(0.5075), within(1e-12));
        evidence.event(FAIL);
        // R = {0.03 * 2, 1.005 * 99.5} = {0.06, 99.9975}; mean 50.02875
        assertThat(evidence.logMean()).isCloseTo(Math.log(50.02875), within(1e-12));
        evidence.run(1, OK);
        // R = {0.07 * 0.98 / 0.99, 100.0075 * 0.005 / 0.99}; mean 0.28719...
        double expected = (0.07 * 0.98 / 0.99 + 100.0075 * 0.005 / 0.99) / 2;
        assertThat(evidence.logMean()).isCloseTo(Math.log(expected), within(1e-12));
    }

    @RepeatedTest(20)
    void runEqualsItsSteps(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        double limit = 1e-6 + random.nextDouble() * 0.3;
        double[] ok = new double[2];
        double[] fail = new double[2];
        double[] plain = new double[2];
        for (int j = 0; j < 2; j++) {
            double alternative = limit + (1 - limit) * (0.001 + 0.99 * random.nextDouble());
            ok[j] = Math.log1p(-alternative) - Math.log1p(-limit);
            fail[j] = Math.log(alternative / limit);
        }
        for (int round = 0; round < 5; round++) {
            int m = random.nextInt(5_000);
            evidence.run(m, ok);
            evidence.event(fail);
            for (int j = 0; j < 2; j++) {
                for (int i = 0; i < m; i++) plain[j] = (plain[j] + 0.01) * Math.exp(ok[j]);
                plain[j] = (plain[j] + 0.01) * Math.exp(fail[j]);
            }
            assertThat(Math.exp(evidence.logMean()))
                    .as("seed %d", repetition.getCurrentRepetition())
                    .isCloseTo((plain[0] + plain[1]) / 2, within(1e-9 * (plain[0] + plain[1])));
        }
    }

    @Test
    void aBillionSuccessesNeitherUnderflowNorDelay() {
        evidence.run(1_000_000_000, OK);
        double b = 0.98 / 0.99;
        double c = 0.005 / 0.99;
        double settled = 0.01 * (b / (1 - b) + c / (1 - c)) / 2;
        assertThat(Math.exp(evidence.logMean())).isCloseTo(settled, within(1e-9));
        for (int failures = 0; failures < 6; failures++) evidence.event(FAIL);
        assertThat(evidence.logMean()).isGreaterThan(Math.log(1e8));
    }

    @Test
    void aMillionFailuresDoNotOverflow() {
        for (int failures = 0; failures < 1_000_000; failures++) evidence.event(FAIL);
        assertThat(evidence.logMean()).isCloseTo(1e6 * Math.log(99.5), within(20.0));
        evidence.cap(50);
        // The larger alternative outweighs the other by far, so it alone makes half of the mean.
        assertThat(evidence.logMean()).isCloseTo(50 - Math.log(2), within(1e-12));
    }

    @Test
    void aRatioOfOneStartsNothing() {
        evidence.run(1_000, new double[] {0, 0});
        evidence.event(new double[] {0, 0});
        assertThat(evidence.logMean()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void aCapKeepsTheRatioToTheCompanion() {
        ShiryaevRoberts companion = new ShiryaevRoberts(2, 0.01);
        for (int failures = 0; failures < 30; failures++) {
            evidence.event(FAIL);
            companion.event(FAIL);
        }
        companion.weigh(10, OK);
        double before = companion.logSum() - evidence.logSum();
        evidence.cap(10, companion);
        assertThat(evidence.logMean()).isCloseTo(10 - Math.log(2), within(1e-12));
        assertThat(before).isCloseTo(10 * OK[1], within(1e-6));
        assertThat(companion.logSum() - evidence.logSum()).isCloseTo(before, within(1e-12));
    }

    /** Else all alternatives are equal after a long burst, and one that nobody believes in rules the ratio to the companion. */
    @Test
    void aCapKeepsWhichAlternativeLeads() {
        for (int failures = 0; failures < 30; failures++) {
            evidence.event(FAIL);
            evidence.cap(40);
        }
        double before = evidence.logMean();
        evidence.run(2, OK);
        // the leading alternative's ratio, twice
        assertThat(evidence.logMean() - before).isCloseTo(2 * OK[1], within(1e-3));
    }

    @Test
    void goesOnToTheBitFromItsMemory() {
        evidence.run(12_345, OK);
        evidence.event(FAIL);
        Words out = new Words();
        evidence.save(out);
        ShiryaevRoberts twin = new ShiryaevRoberts(2, 0.01);
        twin.restore(new Words(out.written()));
        evidence.run(7, OK);
        twin.run(7, OK);
        assertThat(twin.logMean()).isEqualTo(evidence.logMean());
    }
}
