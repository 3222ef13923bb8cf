package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import io.crossfade.rollout.analysis.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * What the event loops tell of new units of one rollout, until it goes into a batch; owned by the control thread.
 *
 * <p>Each loop tells of a unit once in an attempt; the split test knows those that several have told of.
 */
final class NewUnits {
    /** A batch has at most so many: the rest waits for the next one. */
    static final int MANY = 1_000;

    private final int rollout;
    private final RolloutFeed feed;

    /** In their order, each run of one weight for itself. */
    private List<Batch.NewUnits> waiting = new ArrayList<>();

    private List<Integer> run = new ArrayList<>();
    private int weight;
    private int size;

    /** The attempt that the loops tell of; 0 when they tell of none. */
    private long told;

    NewUnits(int rollout, RolloutFeed feed) {
        this.rollout = rollout;
        this.feed = feed;
        feed.callNewUnits(rollout, false);
    }

    /** @param assignedAt canary share in force when it was, in buckets */
    void add(long unit, boolean canary, int assignedAt) {
        if (assignedAt != weight || run.size() == MANY) {
            close();
            weight = assignedAt;
        }
        run.add(Batch.NewUnits.of(unit, canary));
        size++;
    }

    private void close() {
        if (!run.isEmpty()) {
            waiting.add(new Batch.NewUnits(weight, run));
            run = new ArrayList<>();
        }
    }

    /** Whether there are as many as a batch takes. */
    boolean isMany() {
        return size >= MANY;
    }

    /** The first of them, {@link #MANY} at most. */
    List<Batch.NewUnits> take() {
        close();
        int taken = 0;
        int groups = 0;
        while (groups < waiting.size() && taken + waiting.get(groups).units().size() <= MANY) {
            taken += waiting.get(groups).units().size();
            groups++;
        }
        List<Batch.NewUnits> first = List.copyOf(waiting.subList(0, groups));
        waiting = new ArrayList<>(waiting.subList(groups, waiting.size()));
        size -= taken;
        return first;
    }

    /**
     * The loops tell of an attempt from now on; what they told of the one before is forgotten.
     *
     * @param round of the attempt; 0 when there is nothing to be told
     */
    void tell(long round) {
        if (round != told) {
            told = round;
            waiting = new ArrayList<>();
            run = new ArrayList<>();
            size = 0;
            feed.callNewUnits(rollout, round != 0);
        }
    }
}
