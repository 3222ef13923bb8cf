package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ordinary HTTP servers, and users who move between them as the weight says and not otherwise. */
@Tag("slow")
class TwoServersTest {
    private static final int USERS = 20_000;
    private static final int SOME_USERS = 2_000;
    private static final Pattern PORT = Pattern.compile("port (\\d+)");
    private static final String CANARY = "SimpleHTTP";

    /** Python's own server keeps five connects waiting, and the kernel drops what comes beyond them for a second. */
    private static final String SERVER = "import http.server as h; h.ThreadingHTTPServer.request_queue_size = 128; "
            + "h.test(h.SimpleHTTPRequestHandler, h.ThreadingHTTPServer, port=0, bind='127.0.0.1')";

    @TempDir
    Path folder;

    @Test
    void usersMoveWithTheWeightAndStayWhereTheyAre() throws Exception {
        int nginxPort = freePort();
        try (Program python = python();
                Program nginx = nginx(nginxPort);
                Edge edge = Edge.startGuarded(folder, Edge.config(nginxPort, pythonPort(python), """
                        weight: 5%
                        analysis: { metrics: [{ name: errors }] }
                        """))) {
            accepts(nginxPort, nginx);
            BitSet atFive = canaryUsers(edge, USERS);
            double sigma = Math.sqrt(USERS * 0.05 * 0.95);
            System.out.printf(
                    "%d of %d users on the canary at 5%%, 3 sigma is %.0f%n", atFive.cardinality(), USERS, 3 * sigma);
            assertThat((double) atFive.cardinality()).isBetween(1_000 - 3 * sigma, 1_000 + 3 * sigma);

            assertThat(edge.stop()).isZero();
            edge.restart();
            assertThat(canaryUsers(edge, SOME_USERS)).isEqualTo(atFive.get(0, SOME_USERS));

            BitSet before = new BitSet();
            for (String weight : List.of("1%", "5%", "25%", "50%", "100%")) {
                BitSet now = at(edge, weight);
                assertThat(without(before, now))
                        .as("users who left the canary at " + weight)
                        .isEqualTo(new BitSet());
                before = now;
            }
            assertThat(before.cardinality()).isEqualTo(SOME_USERS);
            for (String weight : List.of("50%", "25%", "5%", "1%")) {
                BitSet now = at(edge, weight);
                assertThat(without(now, before))
                        .as("users who came to the canary at " + weight)
                        .isEqualTo(new BitSet());
                before = now;
            }
            assertThat(at(edge, "5%")).isEqualTo(atFive.get(0, SOME_USERS));
        }
    }

    private BitSet at(Edge edge, String weight) throws Exception {
        edge.admin().setWeight("shop", weight);
        return canaryUsers(edge, SOME_USERS);
    }

    private static BitSet without(BitSet some, BitSet others) {
        BitSet left = (BitSet) some.clone();
        left.andNot(others);
        return left;
    }

    /** One request of each user; Python answers as SimpleHTTP/VERSION. */
    private static BitSet canaryUsers(Edge edge, int users) throws Exception {
        BitSet canary = new BitSet();
        ConcurrentLinkedQueue<Answer> wrong = new ConcurrentLinkedQueue<>();
        try (Users load = Users.start(edge.port(), 16, 0, i -> i < users ? new Ask("/", (int) i) : null, answer -> {
            if (answer.status() != 200) {
                wrong.add(answer);
            }
            canary.set(answer.user(), answer.server().startsWith(CANARY));
        })) {
            load.await(180);
        }
        assertThat(wrong).isEmpty();
        return canary;
    }

    private Program python() throws IOException {
        String python = Program.onPath("python3", "python3");
        Path files = Files.createDirectory(folder.resolve("python"));
        Files.writeString(files.resolve("index.html"), "next\n");
        return Program.start(files, folder.resolve("python.log"), List.of(python, "-u", "-c", SERVER));
    }

    private static int pythonPort(Program python) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> PORT.matcher(python.said()).find());
        Matcher port = PORT.matcher(python.said());
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private Program nginx(int port) throws IOException {
        String nginx = Program.onPath("nginx", "nginx-light");
        Path home = Files.createDirectory(folder.resolve("nginx"));
        Files.writeString(home.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  keepalive_requests 1000000;
                  server { listen 127.0.0.1:%d; location / { return 200 "legacy\\n"; } }
                }
                """.formatted(port));
        return Program.start(
                home,
                folder.resolve("nginx.log"),
                List.of(nginx, "-p", home.toString(), "-c", "nginx.conf", "-e", "stderr"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void accepts(int port, Program program) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .failFast(() -> assertThat(program.isAlive()).as(program.said()).isTrue())
                .untilAsserted(() -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    }
}
