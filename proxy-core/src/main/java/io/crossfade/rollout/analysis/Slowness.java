package io.crossfade.rollout.analysis;

import java.util.List;

/**
 * What the metric latency is made of: detector L for requests that were slow, detector A for users that did not wait. Owner: the control
 * thread.
 */
final class Slowness {
    private final SlowShare slow;
    private final GivenUp givenUp;

    Slowness(AnalysisSettings settings) {
        double threshold = StrictMath.log(settings.threshold());
        slow = new SlowShare(settings.quantiles(), threshold, settings.advanceEvidence());
        givenUp = new GivenUp(threshold);
        weight(0);
    }

    private void weight(int inForce) {
        slow.weight(inForce);
        givenUp.weight(inForce);
    }

    void apply(Batch batch, long nowMillis) {
        weight(batch.weight());
        slow.apply(batch, nowMillis);
        givenUp.apply(nowMillis, batch.others().aborts());
    }

    /** Either trips -> Fail. Pass needs evidence of this step that the canary is not slow much too often, and both to be quiet. */
    Verdict verdict() {
        if (givenUp.tripped()) return Verdict.FAIL;
        Verdict verdict = slow.verdict();
        return verdict == Verdict.PASS && !givenUp.quiet() ? Verdict.INCONCLUSIVE : verdict;
    }

    boolean quiet() {
        return slow.quiet() && givenUp.quiet();
    }

    /** Whether the canary does not answer at all: what speaks against it is mostly requests that nobody waited out. */
    boolean hangs() {
        return givenUp.tripped() || (slow.tripped() && slow.hangs());
    }

    List<Finding> findings() {
        return List.of(slow.finding(), givenUp.finding());
    }

    long canarySlow() {
        return slow.canarySlow();
    }

    long baselineSlow() {
        return slow.baselineSlow();
    }

    /** What the tables of units take, bytes, about. */
    long unitBytes() {
        return givenUp.unitBytes();
    }

    void forgetUnits() {
        slow.beginEpoch();
        givenUp.reset();
    }

    void reset() {
        slow.reset();
        givenUp.reset();
    }

    void beginStep() {
        slow.beginStep();
    }

    void save(Words out) {
        slow.save(out);
        givenUp.save(out);
    }

    void restore(Words in) {
        slow.restore(in);
        givenUp.restore(in);
    }
}
