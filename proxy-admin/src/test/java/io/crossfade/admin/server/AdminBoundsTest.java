package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import io.crossfade.admin.FakeServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bounds of the admin API over real sockets, each set to something else than its default. */
class AdminBoundsTest {
    private static final String LIVE = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String EVENTS = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static AdminServer admin(String keys) throws IOException {
        return AdminServer.start(new FakeServer(keys, ""));
    }

    private static String hold(String body, String fields) {
        return "POST /v1/rollouts/orders/operations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static int status(RawClient client, String request) throws IOException {
        client.send(request);
        return client.response().status();
    }

    /** Whether the server takes no part in this connection; a client that has sent something may see a reset. */
    private static boolean isTurnedAway(RawClient client) throws IOException {
        try {
            client.send(LIVE);
            return client.line() == null;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void maxConnectionsMakesTheOneThatWaitsLongestGiveWay() throws Exception {
        try (AdminServer admin = admin("maxConnections: 2");
                RawClient first = new RawClient(admin.address());
                RawClient second = new RawClient(admin.address())) {
            assertThat(status(first, LIVE)).isEqualTo(200);
            assertThat(status(second, LIVE)).isEqualTo(200);
            assertThat(status(first, LIVE)).isEqualTo(200);
            try (RawClient third = new RawClient(admin.address())) {
                assertThat(status(third, LIVE)).isEqualTo(200);
                assertThat(isTurnedAway(second)).isTrue();
                assertThat(status(first, LIVE)).isEqualTo(200);
            }
        }
    }

    /** Whoever is being answered stays: here by events, which may take half of the places. */
    @Test
    void streamsOfEventsTakeHalfOfThePlaces() throws Exception {
        try (AdminServer admin = admin("maxConnections: 2, maxEventStreams: 2");
                RawClient events = new RawClient(admin.address());
                RawClient operator = new RawClient(admin.address())) {
            events.send(EVENTS);
            assertThat(events.line()).contains("200");
            operator.send(EVENTS);
            assertThat(operator.response().body()).contains("1 clients read events");
            try (RawClient other = new RawClient(admin.address())) {
                assertThat(status(other, LIVE)).isEqualTo(200);
                assertThat(isTurnedAway(operator)).isTrue();
            }
        }
    }

    /** Clients that send their heads byte by byte take all places, and an operator is served all the same, at once. */
    @Test
    void slowHeadsDoNotLockOperatorsOut() throws Exception {
        List<RawClient> slow = new ArrayList<>();
        try (AdminServer admin = admin("maxConnections: 20")) {
            for (int i = 0; i < 30; i++) {
                RawClient client = new RawClient(admin.address());
                client.send("GET /v1/rollouts HTTP/1.1\r\nHost: localhost\r\nX: ");
                slow.add(client);
            }
            try (RawClient operator = new RawClient(admin.address())) {
                assertThat(status(operator, hold("{\"type\":\"hold\"}", ""))).isEqualTo(202);
            }
        } finally {
            for (RawClient client : slow) {
                client.close();
            }
        }
    }

    /** Who opens many connections keeps out itself: those of another address stay, though they wait for longer. */
    @Test
    void theAddressThatHasMostGivesWay() throws Exception {
        List<RawClient> many = new ArrayList<>();
        FakeServer fake = new FakeServer("maxConnections: 10", "");
        try (AdminServer admin = AdminServer.start(fake);
                RawClient operator = new RawClient(admin.address(), "127.0.0.2")) {
            assertThat(status(operator, LIVE)).isEqualTo(200);
            for (int i = 0; i < 30; i++) {
                RawClient client = new RawClient(admin.address());
                many.add(client);
                assertThat(status(client, LIVE)).isEqualTo(200);
            }
            assertThat(status(operator, LIVE)).isEqualTo(200);
            assertThat(fake.refusals).hasSize(21).containsOnly("gave-way");
        } finally {
            for (RawClient client : many) {
                client.close();
            }
        }
    }

    /** One reload is under way and takes its time, as many as may wait do, and the others hear so: their places are free again. */
    @Test
    void callsThatWaitForEachOtherHaveABound() throws Exception {
        FakeServer fake = new FakeServer();
        List<RawClient> clients = new ArrayList<>();
        try (AdminServer admin = AdminServer.start(fake)) {
            synchronized (fake) { // its reload waits for this
                int refused = 0;
                for (int i = 0; i < AdminServer.MOST_WAITING + 8; i++) {
                    RawClient client = new RawClient(admin.address());
                    clients.add(client);
                    client.send("POST /v1/config:apply HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
                    if (i > AdminServer.MOST_WAITING) {
                        RawClient.Response response = client.response();
                        assertThat(response.status()).isEqualTo(503);
                        assertThat(response.body()).contains("wait already");
                        refused++;
                    } else {
                        assertThat(client.hasAnswer(20)).isFalse();
                    }
                }
                assertThat(refused).isEqualTo(7);
                try (RawClient operator = new RawClient(admin.address())) {
                    assertThat(status(operator, LIVE)).isEqualTo(200);
                }
            }
            assertThat(clients.get(0).response().status()).isNotEqualTo(503);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void headTimeoutCountsFromTheFirstByte() throws Exception {
        try (AdminServer admin = admin("headTimeout: 300ms");
                RawClient client = new RawClient(admin.address())) {
            assertThat(status(client, LIVE)).isEqualTo(200);
            long began = System.nanoTime();
            RawClient.Response refused = null;
            client.send("GET /livez HTTP/1.1\r\nX: ");
            while (refused == null) { // a byte now and then is no head
                client.send("a");
                refused = client.hasAnswer(50) ? client.response() : null;
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
            assertThat(refused.status()).isEqualTo(408);
            assertThat(refused.body()).contains("no whole head: within 300 ms");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void bodyTimeoutCountsFromTheHead() throws Exception {
        try (AdminServer admin = admin("bodyTimeout: 300ms");
                RawClient client = new RawClient(admin.address())) {
            client.send(hold("{\"type\":\"hold\"}", "").replace("\"}", ""));
            RawClient.Response refused = client.response();
            assertThat(refused.status()).isEqualTo(408);
            assertThat(refused.body()).contains("no whole body: within 300 ms");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void theNextConnectionHasTheBoundsOfAReload() throws Exception {
        FakeServer fake = new FakeServer("body: 1KiB", "");
        String body = "{\"type\":\"hold\",\"reason\":\"" + "x".repeat(100) + "\"}";
        try (AdminServer admin = AdminServer.start(fake);
                RawClient before = new RawClient(admin.address())) {
            assertThat(status(before, LIVE)).isEqualTo(200);
            fake.become(new FakeServer("body: 64B", "").config());
            assertThat(status(before, hold(body, ""))).isEqualTo(202);
            try (RawClient after = new RawClient(admin.address())) {
                assertThat(status(after, hold(body, ""))).isEqualTo(413);
            }
        }
    }

    @Test
    void idleTimeoutClosesAConnectionButNotAStreamOfEvents() throws Exception {
        FakeServer fake = new FakeServer("idleTimeout: 300ms", "");
        try (AdminServer admin = AdminServer.start(fake);
                RawClient events = new RawClient(admin.address());
                RawClient idle = new RawClient(admin.address())) {
            events.send(EVENTS);
            assertThat(events.line()).contains("200");
            assertThat(status(idle, LIVE)).isEqualTo(200);
            assertThat(idle.line()).isNull();
            fake.journal("Held");
            String line = events.line();
            while (!line.equals("event: Held")) {
                line = events.line();
            }
        }
    }

    @Test
    void bodyIsTheLargestThatIsRead() throws Exception {
        FakeServer fake = new FakeServer("body: 100B", "");
        String body = "{\"type\":\"hold\"}";
        try (AdminServer admin = AdminServer.start(fake);
                RawClient client = new RawClient(admin.address())) {
            assertThat(status(client, hold(body + " ".repeat(100 - body.length()), "")))
                    .isEqualTo(202);
            client.send(hold(body + " ".repeat(101 - body.length()), ""));
            RawClient.Response refused = client.response();
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.body()).contains("at most 100 bytes");
        }
        assertThat(fake.operations).hasSize(1);
    }

    @Test
    void lingerTimeoutOfTheLimitsHoldsAfterABodyThatIsTooLarge() throws Exception {
        try (AdminServer admin = AdminServer.start(new FakeServer("", "lingerTimeout: 50ms"));
                RawClient client = new RawClient(admin.address())) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(413);
            long answered = System.nanoTime();
            assertThat(client.line()).isNull();
            assertThat(Duration.ofNanos(System.nanoTime() - answered)).isLessThan(Duration.ofMillis(1_900));
        }
    }

    @Test
    void maxPipelinedIsHowManyRequestsMayWait() throws Exception {
        try (AdminServer admin = admin("maxPipelined: 1");
                RawClient client = new RawClient(admin.address())) {
            client.send(LIVE.repeat(4));
            RawClient.Response response = client.response();
            int answered = 0;
            for (; response.status() == 200; response = client.response()) {
                answered++;
            }
            assertThat(answered).isEqualTo(2);
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("more than 1 requests");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void maxEventStreamsRefusesTheNext() throws Exception {
        try (AdminServer admin = admin("maxEventStreams: 1");
                RawClient one = new RawClient(admin.address());
                RawClient two = new RawClient(admin.address())) {
            one.send(EVENTS);
            assertThat(one.line()).contains("200");
            two.send(EVENTS);
            RawClient.Response refused = two.response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("1 clients read events");
        }
    }

    @Test
    void maxIdempotencyKeysIsHowManyAreRemembered() throws Exception {
        FakeServer fake = new FakeServer("maxIdempotencyKeys: 1", "");
        List<String> requests = IntStream.range(0, 3)
                .mapToObj(i -> hold("{\"type\":\"hold\"}", "Idempotency-Key: k" + i + "\r\n"))
                .toList();
        try (AdminServer admin = new AdminServer(fake, Ticker.systemTicker());
                RawClient client = new RawClient(admin.address())) {
            for (int round = 0; round < 2; round++) {
                for (String request : requests) {
                    assertThat(status(client, request)).isEqualTo(202);
                }
            }
        }
        assertThat(fake.operations).as("one of three is known again at most").hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void anAddressInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            FakeServer fake = new FakeServer("address: \"" + address + "\"", "");
            assertThatThrownBy(() -> AdminServer.start(fake))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("admin listener cannot be bound to " + address + ": ")
                    .hasMessageEndingWith("(expected: a loopback address whose port is free)");
        }
    }
}
