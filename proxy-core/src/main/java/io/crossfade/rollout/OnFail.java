package io.crossfade.rollout;

/** What follows when a metric fails. */
public enum OnFail {
    ROLLBACK_IMMEDIATE,
    ROLLBACK_GRACEFUL,
    HOLD;

    boolean rollsBack() {
        return this != HOLD;
    }

    Mode mode() {
        return this == ROLLBACK_GRACEFUL ? Mode.GRACEFUL : Mode.IMMEDIATE;
    }
}
