package io.crossfade.admin.demo;

import io.crossfade.control.Operation;
import io.crossfade.control.RolloutStatus;
import io.crossfade.rollout.Verb;
import io.crossfade.runtime.ServerApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One performance: what the server shows, what the users see. Owned by the demo's thread. */
final class Stage {
    private static final String ROLLOUT = "shop";
    private static final int HALF = 50_000;
    private static final int WHOLE = 100_000;
    private static final long DRAW_NANOS = 250_000_000;
    private static final long LOOK_NANOS = 5_000_000;
    private static final long WARM_REQUESTS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final ServerApi server;
    private final Service next;
    private final Users users;
    private final Panel panel;
    private final Expectations expectations;
    private final Story story;
    private final Duration bake;
    private final BooleanSupplier stopped;
    private final Traffic baseline;
    private final Traffic canary;
    private final List<Integer> weights = new ArrayList<>();
    private long drawn = System.nanoTime() - DRAW_NANOS;

    Stage(
            ServerApi server,
            Service next,
            Users users,
            Panel panel,
            Expectations expectations,
            Story story,
            Duration bake,
            BooleanSupplier stopped) {
        this.server = server;
        this.next = next;
        this.users = users;
        this.panel = panel;
        this.expectations = expectations;
        this.story = story;
        this.bake = bake;
        this.stopped = stopped;
        this.baseline = new Traffic(server, ROLLOUT, "baseline");
        this.canary = new Traffic(server, ROLLOUT, "canary");
    }

    void play() {
        if (until(status -> users.answered() >= WARM_REQUESTS) && climb() && fall()) {
            retry();
        }
        nothingElseWentWrong();
    }

    /** Act 1, then keys: b puts the bug in, r repairs and climbs again, q ends. */
    void playUntilQuit(BufferedReader keys) throws IOException {
        if (until(status -> users.answered() >= WARM_REQUESTS) && climb() && fall()) {
            nothingElseWentWrong();
            panel.tellNow("Now you. Type a letter and Enter: r repairs next and climbs again,");
            panel.tellNow("b lets the bug in, q ends.");
            boolean goesOn = true;
            while (goesOn && !stopped.getAsBoolean()) {
                lookOn();
                goesOn = !keys.ready() || obey(keys.readLine());
            }
        }
    }

    /** Whether it goes on. */
    private boolean obey(@Nullable String line) {
        String key = line == null ? "q" : line.strip();
        switch (key) {
            case "b" -> {
                panel.tellNow("The bug enters: " + story.bug() + '.');
                story.enter(next);
            }
            case "r" -> climbAgain();
            case "q" -> {
                return false;
            }
            default -> panel.tellNow("b: bug, r: repair and climb again, q: end");
        }
        return true;
    }

    private void climbAgain() {
        Story.repair(next);
        weights.clear();
        panel.tellNow("next is repaired. It climbs again.");
        String phase = status().phase();
        if (!phase.equals("rolledBack") && !phase.equals("failed")) {
            submit(Verb.ROLLBACK);
        }
        submit(Verb.RETRY);
    }

    private void nothingElseWentWrong() {
        expectations.expect(
                users.otherErrors() == 0,
                "no user saw any error but those of the bug, in " + count(users.answered()) + " requests"
                        + (users.otherErrors() == 0
                                ? ""
                                : " (" + count(users.otherErrors()) + ", the last: " + users.lastOtherError() + ')'));
    }

    private boolean climb() {
        panel.tellNow("Act 1: start. All users are on legacy.");
        submit(Verb.START);
        boolean half = until(status -> status.weight() == HALF);
        expectations.expect(
                half && weights.equals(List.of(1_000, 5_000, 25_000, HALF)),
                "the first attempt climbed by itself: " + steps(weights));
        return half;
    }

    private boolean fall() {
        pause(bake.dividedBy(2));
        boolean healthy = status().weight() == HALF && users.hitByBug() == 0;
        panel.tellNow("A bug enters the new service: " + story.bug() + '.');
        long injected = System.nanoTime();
        story.enter(next);
        long end = injected + story.within().plusSeconds(2).toNanos();
        boolean seen = until(status -> isStopped(status) || System.nanoTime() - end >= 0) && isStopped(status());
        long tookMillis = (System.nanoTime() - injected) / 1_000_000;
        expectations.expect(healthy, "the bug was injected at 50%");
        expectations.expect(
                seen && tookMillis <= story.within().toMillis(),
                (seen ? word(status()) : "expected: rolled back or held") + " by itself within "
                        + story.within().toMillis() + " ms of the bug: "
                        + (seen ? tookMillis + " ms" : "it did not see it"));
        if (status().weight() > 0) {
            panel.tellNow(seen ? "It is held; the demo rolls back." : "It does not see this bug; the demo rolls back.");
            submit(Verb.ROLLBACK);
        }
        return until(status -> status.weight() == 0) && (!seen || reasons(tookMillis));
    }

    private static boolean isStopped(RolloutStatus status) {
        return status.weight() == 0 || status.phase().equals("held");
    }

    private static String word(RolloutStatus status) {
        return status.weight() == 0 ? "rolled back" : "held";
    }

    private boolean reasons(long tookMillis) {
        RolloutStatus.Decision decision = status().decision();
        List<String> lines = decision == null ? List.of() : decision.lines();
        String reason = decision == null ? "none" : decision.reason();
        pause(Duration.ofMillis(500));
        long hit = users.hitByBug();
        panel.tellNow(plainly(decision == null ? Map.of() : decision.numbers()));
        panel.tell("          Seen " + tookMillis + " ms after the bug came in. Why, in numbers (" + reason + "):");
        lines.forEach(line -> panel.tell("          " + line));
        expectations.expect(reason.startsWith(story.reason()), "the reason is " + story.reason() + ": " + reason);
        expectations.expect(lines.size() >= 4, "it said why, in numbers, in four lines or more: " + lines.size());
        pause(Duration.ofSeconds(1)
                .plus(story == Story.HANG ? Duration.ofSeconds(Users.PATIENCE_SECONDS) : Duration.ZERO));
        long late = users.hitByBug();
        int most = story.mostHitPercent();
        expectations.expect(
                (hit > 0 || story == Story.HANG) && users.usersHit() <= Users.COUNT * most / 100,
                "at most " + most + "% of the users were hit: " + users.usersHit() + " of " + count(Users.COUNT));
        pause(Duration.ofSeconds(1));
        expectations.expect(
                users.hitByBug() == late, "nobody was hit any more after that, though the bug was still there");
        return true;
    }

    /** For somebody who has never heard of evidence. */
    private String plainly(Map<String, Double> numbers) {
        int hit = users.usersHit();
        long failed = Math.round(numbers.getOrDefault("baselineFailures", 0.0));
        return count(hit) + (hit == 1 ? " user " : " users ") + story.harm() + "; the other " + count(Users.COUNT - hit)
                + " noticed nothing. legacy failed " + count(failed)
                + (failed == 1 ? " time" : " times") + " meanwhile. Everybody is on legacy again.";
    }

    private void retry() {
        Story.repair(next);
        weights.clear();
        panel.tellNow("Act 2: the new service is repaired. Retry.");
        submit(Verb.RETRY);
        boolean whole = until(status -> status.weight() == WHOLE);
        boolean completed = whole && until(status -> status.phase().equals("completed"));
        expectations.expect(
                completed && status().attempt() == 2, "the second attempt completed at 100%: " + steps(weights));
        if (completed) {
            pause(Duration.ofSeconds(1));
            panel.tellNow("Completed: every user is on the new service.");
        }
    }

    private void submit(Verb verb) {
        Operation operation = new Operation(verb, "demo", "the demo", null, null, null, null, false);
        Operation.Receipt receipt = server.control().submit(ROLLOUT, operation).join();
        if (receipt.result() != Operation.Result.ACCEPTED) {
            panel.tellNow(verb + " was refused: " + receipt.detail());
        }
    }

    private RolloutStatus status() {
        return server.control().status(ROLLOUT).orElseThrow();
    }

    private void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        until(status -> System.nanoTime() - end >= 0);
    }

    /** Looks every few milliseconds and draws meanwhile; false when it takes too long or Ctrl-C was pressed. */
    private boolean until(Predicate<RolloutStatus> goal) {
        long end = System.nanoTime()
                + PATIENCE.plus(bake.multipliedBy(6))
                        .plus(story.bakeAtHalf(bake))
                        .toNanos();
        while (!stopped.getAsBoolean() && System.nanoTime() - end < 0) {
            if (goal.test(lookOn())) {
                return true;
            }
        }
        return false;
    }

    private RolloutStatus lookOn() {
        RolloutStatus status = status();
        note(status);
        if (System.nanoTime() - drawn >= DRAW_NANOS) {
            drawn = System.nanoTime();
            panel.show(status, baseline.read(), canary.read());
        }
        LockSupport.parkNanos(LOOK_NANOS);
        return status;
    }

    private void note(RolloutStatus status) {
        int weight = status.weight();
        int last = weights.isEmpty() ? 0 : weights.get(weights.size() - 1);
        if (weight != last && weight > 0) {
            weights.add(weight);
            panel.tellNow("step " + (status.step() + 1) + ": " + percent(last) + " → " + percent(weight));
        }
    }

    private static String steps(List<Integer> weights) {
        return weights.isEmpty()
                ? "no step"
                : String.join(" → ", weights.stream().map(Stage::percent).toList());
    }

    private static String percent(int buckets) {
        return buckets / 1_000 + "%";
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }
}
