package io.crossfade.control;

import io.crossfade.rollout.Plan;

/**
 * A plan and the number under which feed and sink know its rollout.
 *
 * @param number given once per process to the plan's name, never to another
 */
public record Numbered(int number, Plan plan) {}
