package io.crossfade.rollout.analysis;

/**
 * Whether the canary may be blamed now: only while the baseline is seen to answer.
 *
 * <p>Where both depend on a service that hangs, one of the two gives up first. If that is the canary, its failures are all there is to
 * see, and everybody would be sent to a baseline that is about to fail. So a detector that has tripped needs two witnesses: requests
 * of the baseline that began after the failure with which its evidence last rose above e^3, and ended well. When they began is
 * what counts, since a baseline that hangs still gives answers it had before. {@link Batch.Witness} brings them; a batch
 * without it brings none, and no number of successes stands for one.
 *
 * <p>Without witnesses a detector waits, at most 10 seconds; then the rollout is held, since it may be either. Judging goes on:
 * witnesses that come later are as good. Owner: the control thread.
 */
final class Blame {
    static final long PATIENCE_MILLIS = 10_000;
    static final long WITNESSES = 2;
    static final String WAITING = "waiting for the baseline to show that it is well";

    private Batch.Witness witness = Batch.Witness.NONE;
    private long waitingSince = Rise.NEVER;

    void hear(Batch.Witness next) {
        if (next.sinceMillis() != Rise.NEVER) witness = next;
    }

    /** @param roseAtMillis when the evidence rose, {@link Rise#NEVER} when it did not */
    boolean seenWell(long roseAtMillis) {
        return roseAtMillis != Rise.NEVER && witness.sinceMillis() >= roseAtMillis && witness.answers() >= WITNESSES;
    }

    /** @param waits whether a detector has tripped and nobody is blamed */
    void waits(boolean waits, long nowMillis) {
        if (!waits) waitingSince = Rise.NEVER;
        else if (waitingSince == Rise.NEVER) waitingSince = nowMillis;
    }

    boolean waiting() {
        return waitingSince != Rise.NEVER;
    }

    boolean patienceOver(long nowMillis) {
        return waiting() && nowMillis - waitingSince >= PATIENCE_MILLIS;
    }

    void reset() {
        witness = Batch.Witness.NONE;
        waitingSince = Rise.NEVER;
    }

    void save(Words out) {
        out.put(witness.sinceMillis());
        out.put(witness.answers());
        out.put(waitingSince);
    }

    void restore(Words in) {
        long since = in.take();
        witness = new Batch.Witness(since, in.take());
        waitingSince = in.take();
    }
}
