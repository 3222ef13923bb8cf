package io.crossfade.rollout.analysis;

import java.util.Locale;
import java.util.SplittableRandom;

/** What meets two healthy services together, when it comes and how bad it is: 100 requests a second, each of a user of its own. */
final class Trouble {
    /** So long after it began somebody may have gone on all the same, as it was not to be seen yet: seconds by the rate of failures. */
    private static final double[][] SEEN_AFTER = {{0.05, 60}, {0.1, 10}, {0.3, 3}, {1, 2}};

    private static final double HEALTHY = 0.0005;
    private static final double PER_SECOND = 100;
    private static final int PERIODS = 5;

    /** When it comes. */
    enum When {
        /** For two minutes from the first moment on. */
        START,
        /** For two minutes after two minutes of health. */
        MIDDLE,
        /** For 20 seconds in each two minutes. */
        BURSTS
    }

    private final Alike pair;
    private final double fails;

    /** Whether the canary was blamed. */
    private boolean blamed;

    /** Seconds after it began, or began again, at which a step could have gone on last; below 0 for never. */
    private double wentOn = -1;

    /** Whether a step could have gone on between two bursts. */
    private boolean between;

    private Trouble(int seed, int percent, double fails) {
        this.fails = fails;
        pair = new Alike(
                new SplittableRandom(1_000L * seed + percent), Crowd.ofStrangers(HEALTHY), 1_000 * percent, PER_SECOND);
        pair.endsWhenHeld = false;
    }

    static Trouble of(When when, int seed, int percent, double fails) {
        Trouble trouble = new Trouble(seed, percent, fails);
        switch (when) {
            case START -> trouble.together(120);
            case MIDDLE -> {
                trouble.healthy(120);
                trouble.together(120);
            }
            case BURSTS -> {
                for (int i = 0; i < PERIODS && !trouble.blamed; i++) {
                    trouble.healthy(100);
                    trouble.between |= i > 0 && trouble.pair.mightGoOn;
                    trouble.together(20);
                }
            }
        }
        return trouble;
    }

    private void healthy(double seconds) {
        blamed |= pair.seconds(seconds) == Alike.End.BLAMED;
    }

    private void together(double seconds) {
        double began = pair.now();
        pair.wentOnAt = -1;
        blamed |= pair.together(seconds, fails) == Alike.End.BLAMED;
        wentOn = Math.max(wentOn, pair.wentOnAt - began);
    }

    boolean blamed() {
        return blamed;
    }

    boolean wentOnBetween() {
        return between;
    }

    boolean held() {
        return pair.heldAt >= 0;
    }

    /** Whether a step could have gone on in the midst of it. */
    boolean wentOn(When when) {
        return when == When.START ? wentOn >= 0 : wentOn > seenAfter();
    }

    double wentOnSeconds() {
        return wentOn;
    }

    private double seenAfter() {
        for (double[] each : SEEN_AFTER) if (fails <= each[0]) return each[1];
        throw new IllegalArgumentException(String.format(Locale.ROOT, "rate: %s", fails));
    }
}
