package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crossfade.assign.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The evidence of the split test against its formula, what it promises, and whom it counts. */
class SplitEvidenceTest {
    private static final int TEN_PERCENT = 10_000;

    private final SplitEvidence test = new SplitEvidence();
    private int places;

    private void see(int weight, int canary, int baseline) {
        List<Integer> units = new ArrayList<>();
        for (int i = 0; i < canary + baseline; i++) units.add(2 * places++ + (i < canary ? 1 : 0));
        test.apply(List.of(new Batch.NewUnits(weight, units)));
    }

    private double evidence() {
        return test.counts().logEvidence();
    }

    /** Logarithm of the gamma function at {@code units + a}, less that at a: a product of so many factors. */
    private static double logRising(double a, int units) {
        double log = 0;
        for (int i = 0; i < units; i++) log += StrictMath.log(a + i);
        return log;
    }

    /**
     * The Bayes factor of the paper at one weight: how likely a Dirichlet mixture (50 pi, 50 (1 - pi)) makes so many units of either, over how
     * likely the weight does.
     */
    private static double bayesFactor(double pi, int canary, int baseline) {
        double mixture =
                logRising(50 * pi, canary) + logRising(50 * (1 - pi), baseline) - logRising(50, canary + baseline);
        return mixture - canary * StrictMath.log(pi) - baseline * StrictMath.log(1 - pi);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 10_000, 50_000, 90_000, 99_000, 99_999})
    void atOneWeightItIsTheBayesFactorOfADirichletMixture(int weight) {
        double pi = weight / 100_000.0;
        int canary = 0;
        int baseline = 0;
        for (int[] more : new int[][] {{1, 0}, {0, 1}, {3, 40}, {100, 5}, {0, 700}, {1_500, 1_500}}) {
            see(weight, more[0], more[1]);
            canary += more[0];
            baseline += more[1];
            double factor = bayesFactor(pi, canary, baseline);
            assertThat(evidence()).isCloseTo(factor, within(1e-6 + 1e-9 * Math.abs(factor)));
        }
    }

    /** At one weight the order does not matter; nor does what the batches are. */
    @Test
    void theSameUnitsInAnotherOrderSayTheSame() {
        see(TEN_PERCENT, 30, 0);
        see(TEN_PERCENT, 0, 200);
        double first = evidence();
        test.begin();
        for (int i = 0; i < 10; i++) see(TEN_PERCENT, 3, 20);
        assertThat(evidence()).isCloseTo(first, within(1e-9));
    }

    /**
     * Over all that 14 units can do under weights that change from one to the next the evidence has the mean 1: so it is
     * an e-process under whatever weights, as each factor depends on earlier units alone.
     */
    @Test
    void itsMeanIsOneHoweverWeightsChange() {
        double[] weights = {0.01, 0.5, 0.01, 0.99, 0.1, 0.1, 0.00001, 0.9, 0.5, 0.99999, 0.01, 0.02, 0.03, 0.7};
        double mean = 0;
        for (int outcome = 0; outcome < 1 << weights.length; outcome++) {
            SplitEvidence one = new SplitEvidence();
            double chance = 1;
            for (int i = 0; i < weights.length; i++) {
                boolean onCanary = (outcome >> i & 1) == 1;
                one.judge(weights[i], onCanary);
                chance *= onCanary ? weights[i] : 1 - weights[i];
            }
            mean += chance * StrictMath.exp(one.counts().logEvidence());
        }
        assertThat(mean).isCloseTo(1, within(1e-9));
    }

    /** What was seen at one weight speaks at another: twice the odds at 1%, then at 50%, then at 99%. */
    @Test
    void anOddRatioIsCarriedFromWeightToWeight() {
        see(1_000, 60, 2_940);
        double after1 = evidence();
        see(50_000, 200, 100);
        double after50 = evidence();
        see(99_000, 199, 1);
        assertThat(after50 - after1).isGreaterThan(bayesFactor(0.5, 200, 100) + 1);
        assertThat(evidence()).isGreaterThan(after50);
        assertThat(test.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aSplitThatIsNotWhatWasSetFailsAndStaysFailed() {
        assertThat(test.verdict()).isEqualTo(Verdict.NO_DATA);
        for (int i = 0; i < 40; i++) see(TEN_PERCENT, 1, 9);
        assertThat(test.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        see(TEN_PERCENT, 60, 40);
        assertThat(test.verdict()).isEqualTo(Verdict.FAIL);
        see(TEN_PERCENT, 0, 500);
        assertThat(evidence()).isLessThan(test.counts().logThreshold());
        assertThat(test.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(test.counts().units()).isEqualTo(1_000);
        assertThat(test.counts().canary()).isEqualTo(100);
        assertThat(test.counts().expected()).isCloseTo(100, within(1e-9));
        test.begin();
        assertThat(test.verdict()).isEqualTo(Verdict.NO_DATA);
    }

    @Test
    void aUnitCountsOnceAnAttemptWhateverItsWeight() {
        List<Integer> units = List.of(0, 2, 4, 7);
        test.apply(List.of(new Batch.NewUnits(TEN_PERCENT, units)));
        test.apply(List.of(new Batch.NewUnits(TEN_PERCENT, units), new Batch.NewUnits(50_000, List.of(1, 3, 5, 7, 8))));
        assertThat(test.counts().units()).isEqualTo(5);
        assertThat(test.counts().canary()).isEqualTo(1);
        assertThat(test.counts().expected()).isCloseTo(0.4 + 0.5, within(1e-9));
        long round = test.round();
        test.begin();
        assertThat(test.round()).isNotEqualTo(round).isPositive();
        test.apply(List.of(new Batch.NewUnits(TEN_PERCENT, units)));
        assertThat(test.counts().units()).isEqualTo(4);
    }

    @Test
    void whereOneVariantHasNobodyThereIsNothingToTest() {
        see(0, 0, 100);
        see(100_000, 100, 0);
        assertThat(test.verdict()).isEqualTo(Verdict.NO_DATA);
    }

    @Test
    void itIsQuietOnceItsBitMapIsHalfFull() {
        see(50_000, 0, SplitEvidence.MOST_UNITS - 30_000 - 1);
        test.begin();
        for (int i = 0; i < SplitEvidence.MOST_UNITS / 2 - 1; i++) see(50_000, 1, 1);
        see(50_000, 1, 0);
        assertThat(test.counts().over()).isFalse();
        assertThat(test.round()).isPositive();
        see(50_000, 0, 1);
        assertThat(test.counts().over()).isTrue();
        assertThat(test.round()).isZero();
        double evidence = evidence();
        see(50_000, 10_000, 0);
        assertThat(evidence()).isEqualTo(evidence);
        assertThat(test.counts().units()).isEqualTo(SplitEvidence.MOST_UNITS);
        test.begin();
        assertThat(test.round()).isPositive();
    }

    /** The real hash, the real buckets, the real places: a hundred thousand users of each of several rollouts. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 50_000, 90_000, 99_000})
    void usersThatAreAssignedByTheirHashAreSplitAsSet(int weight) {
        for (String salt : List.of("orders", "search", "profile", "payments")) {
            Split split = new Split(salt, weight);
            test.begin();
            List<Integer> units = new ArrayList<>();
            for (int user = 0; user < 100_000; user++) {
                long unit = split.unit("user-" + user);
                units.add(Batch.NewUnits.of(unit, split.canary(unit)));
            }
            test.apply(List.of(new Batch.NewUnits(weight, units)));
            assertThat(test.verdict()).as(salt).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(test.counts().units()).isEqualTo(SplitEvidence.MOST_UNITS);
            assertThat(evidence()).as(salt).isLessThan(3);
        }
    }

    /** Who shares a bit with another is lost, as often of the canary's as of the baseline's. */
    @Test
    void aPlaceSaysNothingOfABucket() {
        Split split = new Split("orders", TEN_PERCENT);
        int lost = 0;
        int lostOfCanary = 0;
        boolean[] taken = new boolean[SplitEvidence.BITS];
        for (int user = 0; user < 100_000; user++) {
            long unit = split.unit("user-" + user);
            int place = SplitEvidence.place(unit);
            lost += taken[place] ? 1 : 0;
            lostOfCanary += taken[place] && split.canary(unit) ? 1 : 0;
            taken[place] = true;
        }
        assertThat(lost).isBetween(45_000, 55_000);
        assertThat(lostOfCanary / (double) lost).isBetween(0.095, 0.105); // four standard errors
    }

    /** What a restart restores goes on to the bit: the evidence, and who has come. */
    @Test
    void restartsToTheBit() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 2_000; i++) see(i < 1_000 ? 1_000 : 30_000, random.nextInt(5) == 0 ? 1 : 0, 1);
        Words out = new Words();
        test.save(out);
        SplitEvidence restored = new SplitEvidence();
        Words in = new Words(out.written());
        restored.restore(in);
        in.end();
        assertThat(restored.counts()).isEqualTo(test.counts());
        assertThat(restored.round()).isEqualTo(test.round());
        List<Batch.NewUnits> more = List.of(new Batch.NewUnits(30_000, List.of(1, 3, 5, 70_001, 70_003, 70_004)));
        restored.apply(more);
        test.apply(more);
        assertThat(restored.counts()).isEqualTo(test.counts());
        assertThat(restored.counts().units()).isGreaterThan(2_000);
    }

    @Test
    void refusesAUnitThatCannotBe() {
        assertThatThrownBy(() -> new Batch.NewUnits(TEN_PERCENT, List.of(2 * SplitEvidence.BITS)))
                .hasMessage("new unit: 131072 (expected: 0..131071)");
    }
}
