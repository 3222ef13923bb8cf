package io.crossfade.admin.demo;

import io.crossfade.admin.cli.Terminal;
import io.crossfade.admin.server.AdminServer;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import io.crossfade.runtime.Server;
import io.crossfade.runtime.ServerApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two services, users and a proxy in one process, and the acts that are played with them: {@link Stage}. Act 1: the new service climbs
 * from 1 % to 50 %, then a bug comes in, and the proxy takes all users back. Act 2: the service is repaired, and the second
 * attempt reaches 100 %; or the second act is the audience's.
 */
final class Demo {
    private static final long SEED = 20_260_101;
    private static final int EDGE_PORT = 8080;
    private static final int ADMIN_PORT = 9900;

    private final Terminal terminal;
    private final Panel panel;
    private final Story story;
    private final Duration bake;
    private final boolean hold;
    private final Expectations expectations = new Expectations();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;

    /** @param hold whether the second act is played by whoever sits at the terminal */
    Demo(Terminal terminal, Story story, Duration bake, boolean hold) {
        this.terminal = terminal;
        this.panel = new Panel(terminal);
        this.story = story;
        this.bake = bake;
        this.hold = hold;
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
            next().forEach(panel::tell);
            return expectations.allMet();
        } finally {
            ended.countDown();
        }
    }

    private void perform() throws IOException {
        panel.tell("starting two services and a proxy...");
        Path folder = Files.createTempDirectory("crossfade-demo");
        try (Service legacy = new Service("demo-legacy");
                Service next = new Service("demo-next");
                ServerApi server = Server.start(config(folder, legacy, next));
                AdminServer admin = AdminServer.start(server);
                Users users = new Users(edge(server), SEED, story == Story.HANG)) {
            introduce(server, admin, folder, users.perSecond());
            Stage stage = new Stage(server, next, users, panel, expectations, story, bake, () -> stopped);
            if (hold) {
                stage.playUntilQuit(terminal.in());
            } else {
                stage.play();
            }
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
                        "EDGE_PORT", Integer.toString(free(EDGE_PORT)),
                        "ADMIN_PORT", Integer.toString(free(ADMIN_PORT)),
                        "LEGACY_PORT", Integer.toString(legacy.port()),
                        "NEXT_PORT", Integer.toString(next.port()),
                        "BAKE", bake.toSeconds() + "s",
                        "BAKE_AT_HALF", story.bakeAtHalf(bake).toSeconds() + "s"));
        if (result instanceof LoadResult.Rejected rejected) {
            throw new IOException("the demo's own configuration is wrong: " + rejected.problems());
        }
        return ((LoadResult.Loaded) result).config();
    }

    /** The port that the command line tries by itself, where nobody has it; else any. */
    static int free(int wanted) {
        try (ServerSocket probe = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    private static InetSocketAddress edge(ServerApi server) {
        return server.listeners().values().iterator().next();
    }

    private void introduce(ServerApi server, AdminServer admin, Path folder, int perSecond) {
        int port = admin.address().getPort();
        panel.tell("legacy and next, behind one proxy (" + server.transport() + "); "
                + String.format(Locale.ROOT, "%,d", Users.COUNT) + " users,");
        panel.tell(String.format(Locale.ROOT, "about %,d requests per second.", perSecond));
        panel.tell("  edge   http://127.0.0.1:" + edge(server).getPort());
        panel.tell("  admin  http://127.0.0.1:" + port);
        panel.tell("  data   " + folder.resolve("data"));
        panel.tell("In another terminal: crossfade rollout get shop --watch"
                + (port == ADMIN_PORT ? "" : "\n  --server http://127.0.0.1:" + port));
        panel.tell("");
    }

    /** What to type now. */
    private static List<String> next() {
        return List.of(
                "",
                "Next, with your own services:",
                "  cp config/examples/orders.yaml crossfade.yaml    # name your two services",
                "  ./crossfade check crossfade.yaml",
                "  ./crossfade serve crossfade.yaml                 # it says what comes then",
                "More of this: ./crossfade demo --story hang|notfound, or --hold to break it yourself.");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
