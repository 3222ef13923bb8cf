package io.crossfade.admin.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration in force came from, and what became of the last wish for another one.
 *
 * @param successful of the last reload; true when there was none
 * @param since RFC 3339, when the configuration in force was put there
 * @param origin the start, the file's name, or a revision
 * @param differsFromFile whether something else than the file is in force; ends with the next reload of the file
 * @param problems of the last reload, empty when it was successful
 * @param drift rollouts driven by hand that stand elsewhere than the configuration says
 */
public record ConfigStatus(
        boolean successful,
        String since,
        String origin,
        boolean differsFromFile,
        List<ConfigProblem.Mistake> problems,
        List<Drift> drift) {

    /** Weights are ratios 0..1. */
    public record Drift(String rollout, double configured, double inForce) {}

    /**
     * What a reload changed.
     *
     * @param changes empty when the configuration says the same in other words
     * @param revision name of the file in the data folder that keeps what was applied; null for a reload of the file
     */
    public record Applied(
            List<ConfigChange> changes, @Nullable String revision) {}
}
