package io.crossfade.admin.api;

import java.util.List;

/**
 * What a configuration would change of the one in force.
 *
 * @param restart whether one of the changes needs a restart, so that the whole would be refused
 */
public record ConfigDifference(List<ConfigChange> changes, boolean restart) {}
