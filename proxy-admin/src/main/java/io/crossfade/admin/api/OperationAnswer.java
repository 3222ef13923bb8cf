package io.crossfade.admin.api;

/**
 * The answer to an accepted operation.
 *
 * @param detail what was done, or with dryRun what would be
 * @param version the rollout's version after it; its ETag is {@code "v<version>"}
 */
public record OperationAnswer(String rollout, String type, boolean dryRun, String detail, long version) {}
