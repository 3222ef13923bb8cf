package io.crossfade.rollout.analysis;

/** The detectors; the constants' names are what the API and the metrics show. */
public enum Detector {
    /** Concurrent control: who fails among those who fail. */
    C,
    /** Absolute limit: how often the canary fails. */
    S,
    /** Latency: who is slow among those who are slow. */
    L,
    /** Aborts: who gives up among those who give up. */
    A,
    /** Client errors: who is answered in an unusual way among those who are. */
    E,
    /** Users: how many of the canary's see a failure. */
    U,
    /** Throughput: how many requests of a user end well. */
    T
}
