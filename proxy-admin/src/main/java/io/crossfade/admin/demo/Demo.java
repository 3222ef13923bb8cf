package io.crossfade.admin.demo;

import io.crossfade.admin.cli.Terminal;
import io.crossfade.admin.server.AdminServer;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import io.crossfade.control.Operation;
import io.crossfade.control.RolloutStatus;
import io.crossfade.rollout.Verb;
import io.crossfade.runtime.Server;
import io.crossfade.runtime.ServerApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The two acts. Act 1: the new service climbs from 1 % to 50 %, then a bug makes 30 % of its requests fail, and the proxy takes all
 * users back. Act 2: the service is repaired, and the second attempt reaches 100 %.
 */
final class Demo {
    private static final String ROLLOUT = "shop";
    private static final int HALF = 50_000;
    private static final int WHOLE = 100_000;
    private static final double BUG = 0.3;
    private static final long SEED = 20_260_101;
    private static final long DRAW_NANOS = 250_000_000;
    private static final long LOOK_NANOS = 5_000_000;
    private static final long WARM_REQUESTS = 3_000;
    private static final Duration ROLLED_BACK_WITHIN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final Panel panel;
    private final Duration bake;
    private final Expectations expectations = new Expectations();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;

    Demo(Terminal terminal, Duration bake) {
        this.panel = new Panel(terminal);
        this.bake = bake;
    }

    /** Asks the demo to end soon; from any thread. */
    void stop() {
        stopped = true;
    }

    void awaitEnd(long time, TimeUnit unit) {
        try {
            if (!ended.await(time, unit)) {
                panel.tell("the demo did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether everything promised was shown. */
    boolean run() throws IOException {
        try {
            perform();
            if (stopped) {
                panel.tell("stopped");
                return false;
            }
            panel.tell("");
            expectations.lines().forEach(panel::tell);
            return expectations.allMet();
        } finally {
            ended.countDown();
        }
    }

    private void perform() throws IOException {
        Path folder = Files.createTempDirectory("crossfade-demo");
        try (Service legacy = new Service("demo-legacy");
                Service next = new Service("demo-next");
                ServerApi server = Server.start(config(folder, legacy, next));
                AdminServer admin = AdminServer.start(server);
                Users users = new Users(edge(server), SEED)) {
            introduce(server, admin);
            new Stage(server, next, users).play();
        } finally {
            delete(folder);
        }
    }

    private Config config(Path folder, Service legacy, Service next) throws IOException {
        Path file = folder.resolve("demo.yaml");
        try (InputStream text = Demo.class.getResourceAsStream("demo.yaml")) {
            Files.write(file, text == null ? new byte[0] : text.readAllBytes());
        }
        LoadResult result = ConfigLoader.load(
                file,
                Map.of(
                        "DATA", folder.resolve("data").toString(),
                        "LEGACY_PORT", Integer.toString(legacy.port()),
                        "NEXT_PORT", Integer.toString(next.port()),
                        "BAKE", bake.toSeconds() + "s"));
        if (result instanceof LoadResult.Rejected rejected) {
            throw new IOException("the demo's own configuration is wrong: " + rejected.problems());
        }
        return ((LoadResult.Loaded) result).config();
    }

    private static InetSocketAddress edge(ServerApi server) {
        return server.listeners().values().iterator().next();
    }

    private void introduce(ServerApi server, AdminServer admin) {
        panel.tell("Two services, legacy and next, behind one proxy; " + String.format(Locale.ROOT, "%,d", Users.COUNT)
                + " users send about 3,000 requests per second.");
        panel.tell("  edge   http://127.0.0.1:" + edge(server).getPort() + "  (" + server.transport() + ')');
        panel.tell("  admin  http://127.0.0.1:" + admin.address().getPort()
                + "  (in another terminal: crossfade rollout get shop --server http://127.0.0.1:"
                + admin.address().getPort() + ')');
        panel.tell("");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One performance: what the server shows, what the users see. Owned by the demo's thread. */
    private final class Stage {
        private final ServerApi server;
        private final Service next;
        private final Users users;
        private final Traffic baseline;
        private final Traffic canary;
        private final List<Integer> weights = new ArrayList<>();
        private long drawn = System.nanoTime() - DRAW_NANOS;

        Stage(ServerApi server, Service next, Users users) {
            this.server = server;
            this.next = next;
            this.users = users;
            this.baseline = new Traffic(server, ROLLOUT, "baseline");
            this.canary = new Traffic(server, ROLLOUT, "canary");
        }

        void play() {
            if (until(status -> users.answered() >= WARM_REQUESTS) && climb() && fall()) {
                retry();
            }
            expectations.expect(
                    users.otherErrors() == 0,
                    "no user saw any error but those of the bug, in " + count(users.answered()) + " requests"
                            + (users.otherErrors() == 0
                                    ? ""
                                    : " (" + count(users.otherErrors()) + ", the last: " + users.lastOtherError()
                                            + ')'));
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
            panel.tellNow("A bug enters the new service: it fails 30% of its requests.");
            long injected = System.nanoTime();
            next.fail(BUG);
            boolean back = until(status -> status.weight() == 0);
            long tookMillis = (System.nanoTime() - injected) / 1_000_000;
            expectations.expect(healthy, "the bug was injected at 50%");
            expectations.expect(
                    back && tookMillis <= ROLLED_BACK_WITHIN.toMillis(),
                    "rolled back by itself within " + ROLLED_BACK_WITHIN.toMillis() + " ms of the bug: " + tookMillis
                            + " ms");
            return back && reasons(tookMillis);
        }

        private boolean reasons(long tookMillis) {
            panel.tellNow("Rolled back " + tookMillis + " ms after the bug came in. Why:");
            RolloutStatus.Decision decision = status().decision();
            List<String> lines = decision == null ? List.of() : decision.lines();
            lines.forEach(line -> panel.tell("          " + line));
            expectations.expect(lines.size() >= 4, "it said why, in numbers, in four lines or more: " + lines.size());
            pause(Duration.ofMillis(500));
            long hit = users.hitByBug();
            panel.tellNow(count(hit) + " requests of " + users.usersHit() + " of " + count(Users.COUNT)
                    + " users were hit. Everybody is on legacy again.");
            pause(Duration.ofSeconds(1));
            expectations.expect(
                    hit > 0 && users.usersHit() <= Users.COUNT / 20,
                    "at most 5% of the users were hit: " + users.usersHit() + " of " + count(Users.COUNT));
            expectations.expect(
                    users.hitByBug() == hit, "nobody was hit any more after that, though the bug was still there");
            return true;
        }

        private void retry() {
            next.fail(0);
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
            Operation operation = new Operation(verb, "demo", "the demo", null, null, null, status().version(), false);
            Operation.Receipt receipt =
                    server.control().submit(ROLLOUT, operation).join();
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
            long end = System.nanoTime() + PATIENCE.plus(bake.multipliedBy(6)).toNanos();
            while (!stopped && System.nanoTime() - end < 0) {
                RolloutStatus status = status();
                note(status);
                if (goal.test(status)) {
                    return true;
                }
                if (System.nanoTime() - drawn >= DRAW_NANOS) {
                    drawn = System.nanoTime();
                    panel.show(status, baseline.read(), canary.read());
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return false;
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
}
