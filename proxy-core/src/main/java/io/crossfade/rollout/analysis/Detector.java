package io.crossfade.rollout.analysis;

/** The detectors; the constants' names are what the API and the metrics show. */
public enum Detector {
    /** Concurrent control: who fails among those who fail. */
    C("errors"),
    /** Absolute limit: how often the canary fails. */
    S("errors"),
    /** Latency: who is slow among those who are slow. */
    L("latency");

    private final String metric;

    Detector(String metric) {
        this.metric = metric;
    }

    /** The metric it judges: errors or latency. */
    public String metric() {
        return metric;
    }
}
