package io.crossfade.rollout.analysis;

/** The feed's part in the question of blame: counts requests of the baseline that begin after the evidence rose. They take no time. */
public final class Witnesses {
    private long calledMillis = Analysis.NEVER;
    private long answers;

    /** The batch with what its baseline's answers say. */
    public Batch with(Batch batch) {
        if (calledMillis == Analysis.NEVER) return batch;
        answers += batch.baselineOk();
        for (Batch.Failure failure : batch.failures()) answers += failure.baselineOkBefore();
        return batch.with(new Batch.Witness(calledMillis, answers));
    }

    /** As the control thread does after each look. */
    public void call(long roseAtMillis, long nowMillis) {
        if (roseAtMillis > calledMillis) {
            calledMillis = nowMillis;
            answers = 0;
        }
    }
}
