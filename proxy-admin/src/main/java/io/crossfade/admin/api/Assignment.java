package io.crossfade.admin.api;

/**
 * Which variant a unit gets, and why.
 *
 * @param rollout empty for a route without one
 * @param variant baseline, canary or none
 * @param bucket 0..99,999; the unit is on the canary when it is below weight x 100,000
 * @param weight canary share in force, 0..1
 * @param reason stable word such as hash
 */
public record Assignment(
        String route, String rollout, String unit, String variant, int bucket, double weight, String reason) {}
