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
 * <p>Without witnesses a detector waits for 10 seconds, and until the baseline should have had {@value #DUE} requests: then it does not
 * answer, and the rollout is held, since it may be either. Where the baseline has few users it takes longer to know. Judging goes
 * on: witnesses that come later are as good. Owner: the control thread.
 */
final class Blame {
    static final long PATIENCE_MILLIS = 10_000;
    static final double DUE = 20;
    static final long WITNESSES = 2;
    static final String WAITING = "waiting for the baseline to show that it is well";

    private Batch.Witness witness = Batch.Witness.NONE;
    private boolean waiting;
    private long unseenSince = Rise.NEVER;

    /** Requests that the baseline should have had since then. */
    private double due;

    void hear(Batch.Witness next) {
        if (next.sinceMillis() != Rise.NEVER) witness = next;
    }

    /** @param roseAtMillis when the evidence rose, {@link Rise#NEVER} when it did not */
    boolean seenWell(long roseAtMillis) {
        return roseAtMillis != Rise.NEVER && witness.sinceMillis() >= roseAtMillis && witness.answers() >= WITNESSES;
    }

    /**
     * @param waits whether a detector has tripped and nobody is blamed
     * @param unseen whether it is for want of witnesses
     * @param dueMore requests that the baseline should have had since the last time, by what the canary had and the weight
     */
    void waits(boolean waits, boolean unseen, long nowMillis, double dueMore) {
        waiting = waits;
        if (!waits || !unseen) {
            unseenSince = Rise.NEVER;
        } else if (unseenSince == Rise.NEVER) {
            unseenSince = nowMillis;
            due = 0;
        } else {
            due += dueMore;
        }
    }

    /** Whether a detector has tripped and nobody is blamed. */
    boolean waiting() {
        return waiting;
    }

    /** Whether the baseline has not answered for so long that it must be taken for silent. */
    boolean patienceOver(long nowMillis) {
        return unseenSince != Rise.NEVER && due >= DUE && nowMillis - unseenSince >= PATIENCE_MILLIS;
    }

    void reset() {
        witness = Batch.Witness.NONE;
        waiting = false;
        unseenSince = Rise.NEVER;
    }

    void save(Words out) {
        out.put(witness.sinceMillis());
        out.put(witness.answers());
        out.put(waiting ? 1L : 0L);
        out.put(unseenSince);
        out.put(due);
    }

    void restore(Words in) {
        long since = in.take();
        witness = new Batch.Witness(since, in.take());
        waiting = in.take() == 1;
        unseenSince = in.take();
        due = in.takeDouble();
    }
}
