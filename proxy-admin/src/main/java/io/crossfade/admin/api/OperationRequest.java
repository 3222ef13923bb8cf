package io.crossfade.admin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/rollouts/{name}/operations}.
 *
 * @param type start, pause, resume, promote, promoteFull, stepBack, hold, setWeight, abort, rollback or retry
 * @param reason why, for those who read the journal later; at most 500 characters
 * @param weight only for setWeight, such as {@code "5%"} or {@code "0.25%"}
 * @param mode only for rollback: immediate, graceful or complete
 * @param scope only for rollback: service, phase or complete; a note for the journal, everybody goes to the baseline
 * @param dryRun true asks what would happen; nothing does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperationRequest(
        @Nullable String type,
        @Nullable String reason,
        @Nullable String weight,
        @Nullable String mode,
        @Nullable String scope,
        @Nullable Boolean dryRun) {}
