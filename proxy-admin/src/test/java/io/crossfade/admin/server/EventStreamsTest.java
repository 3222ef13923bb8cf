package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.control.ControlApi.JournaledEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Server-sent events over real sockets: resuming, gaps, and clients that do not read. */
class EventStreamsTest {
    private final FakeServer fake = new FakeServer();
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        admin = AdminServer.start(fake);
    }

    @AfterEach
    void stop() {
        admin.close();
        assertThat(fake.subscribers()).isZero();
    }

    @Test
    void resumesAfterTheLastIdAndGoesOnLive() throws Exception {
        fake.journal("Started");
        fake.journal("WeightSet");
        fake.journal("Held");
        try (RawClient client = open("Last-Event-ID: 1\r\n")) {
            assertThat(ids(client, 2)).containsExactly("id: 2", "id: 3");
            fake.journal("Resumed");
            assertThat(ids(client, 1)).containsExactly("id: 4");
            assertThat(client.line()).isEqualTo("event: Resumed");
            assertThat(client.line()).isEqualTo("data: {\"seq\":4,\"type\":\"Resumed\"}");
        }
    }

    @Test
    void withoutAnIdOnlyWhatComesNextIsSent() throws Exception {
        fake.journal("Started");
        try (RawClient client = open("")) {
            fake.journal("WeightSet");
            assertThat(ids(client, 1)).containsExactly("id: 2");
        }
    }

    @Test
    void eventsThatAreForgottenAreAGap() throws Exception {
        fake.journal(new JournaledEvent(50, "Held", "orders", "{}"));
        try (RawClient client = open("Last-Event-ID: 3\r\n")) {
            assertThat(lineStarting(client, "event: ")).isEqualTo("event: gap");
            assertThat(client.line()).isEqualTo("data: {\"after\":3,\"before\":50}");
        }
    }

    @Test
    void anIdThatIsNoSequenceIsRefused() throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            client.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: x\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(400);
        }
    }

    @Test
    void clientsBeyondTheBoundAreRefused() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                clients.add(open(""));
            }
            try (RawClient client = new RawClient(admin.address())) {
                client.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.response().status()).isEqualTo(503);
            }
            clients.remove(0).close();
            Awaitility.await().until(() -> {
                try (RawClient client = new RawClient(admin.address())) {
                    client.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    return client.line().contains("200");
                }
            });
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobody() throws Exception {
        String big = "{\"x\":\"" + "y".repeat(32 << 10) + "\"}";
        try (RawClient deaf = open("");
                RawClient client = open("")) {
            for (int i = 1; i <= 500; i++) {
                fake.journal(new JournaledEvent(i, "Noted", "orders", big));
            }
            List<String> ids = ids(client, 500);
            assertThat(ids.get(499)).isEqualTo("id: 500");
            assertThat(ids(deaf, 500))
                    .as("nothing is lost for the slow one either")
                    .hasSize(500);
        }
    }

    private RawClient open(String fields) throws IOException {
        RawClient client = new RawClient(admin.address());
        client.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + fields + "\r\n");
        assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
        lineStarting(client, "retry: ");
        return client;
    }

    private static String lineStarting(RawClient client, String prefix) throws IOException {
        String line = client.line();
        while (!line.startsWith(prefix)) {
            line = client.line();
        }
        return line;
    }

    private static List<String> ids(RawClient client, int count) throws IOException {
        List<String> ids = new ArrayList<>();
        while (ids.size() < count) {
            ids.add(lineStarting(client, "id: "));
        }
        return ids;
    }
}
