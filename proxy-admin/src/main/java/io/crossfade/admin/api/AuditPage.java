package io.crossfade.admin.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /v1/audit}: what was journaled, the newest first.
 *
 * @param before goes into {@code ?before=} for the next page; null on the last
 */
public record AuditPage(List<Entry> entries, @Nullable Long before) {

    /**
     * One line of the journal.
     *
     * @param at wall clock, ISO 8601
     * @param rollout empty for a line about the journal itself
     * @param type such as requested, stepEntered, rolledBack
     * @param actor who asked; empty for what the proxy did by itself
     * @param reason the words of who asked, or the reason of a decision; empty when there is none
     * @param what the same event in a few words
     */
    public record Entry(long seq, String at, String rollout, String type, String actor, String reason, String what) {}
}
