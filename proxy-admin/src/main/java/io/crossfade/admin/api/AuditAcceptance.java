package io.crossfade.admin.api;

import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/audit:accept}.
 *
 * @param reason why the damaged journal is taken as it is; stands in the new one
 */
public record AuditAcceptance(@Nullable String reason) {

    /** The answer: which line of the new journal says so. */
    public record Done(long seq, String detail) {}
}
