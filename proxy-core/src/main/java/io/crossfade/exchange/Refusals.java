package io.crossfade.exchange;

import io.crossfade.http.Refusal;
import io.crossfade.observe.LoopCounters;

/** Counts what one event loop refuses and has it logged; only that loop may call it. */
public final class Refusals {
    private final LoopCounters counters;
    private final RefusalLog log;

    public Refusals(LoopCounters counters, RefusalLog log) {
        this.counters = counters;
        this.log = log;
    }

    /** @param sender as for {@link RefusalLog#refused} */
    @SuppressWarnings("EnumOrdinal") // the counters are numbered in the order of the enum, in one process
    public void add(Refusal why, String sender) {
        counters.refused(why.ordinal());
        log.refused(why, sender);
    }
}
