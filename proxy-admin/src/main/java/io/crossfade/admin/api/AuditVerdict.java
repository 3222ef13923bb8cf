package io.crossfade.admin.api;

/**
 * The answer of {@code GET /v1/audit:verify}.
 *
 * @param ok whether every line that is kept is as it was written
 * @param problem names the file and the line; empty when ok
 * @param lines that are as they were written, up to the first that is not
 * @param head of the last of them, {@code SEQ:HASH}; keep it elsewhere
 */
public record AuditVerdict(boolean ok, String problem, long lines, String head) {}
