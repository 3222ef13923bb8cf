package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.crossfade.exchange.RefusalLog;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Answers of upstreams that no client may see. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswerRulesTest {
    /** Its connection is not kept, so that the next case has one of its own. */
    private static final String GOOD = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood";

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
    private static final String GOOD_CHUNK = "4\r\ngood\r\n";

    private static final String POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

    /** What the upstream sends on a new connection, piece by piece; it waits for a permit before each but the first. */
    private final LinkedBlockingQueue<List<String>> answers = new LinkedBlockingQueue<>();

    private final LinkedBlockingQueue<String> permits = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Set<String> reasons = new HashSet<>();
    private RawUpstream upstream;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        log.setAdditive(false);
        log.addAppender(lines);
        lines.start();
        upstream = new RawUpstream(c -> {
            c.head();
            List<String> pieces = answers.take();
            try { // the proxy may close before it has read all of a bad answer
                c.send(pieces.get(0));
                for (String piece : pieces.subList(1, pieces.size())) {
                    permits.take();
                    c.send(piece);
                }
                ends.add(c.in().read() < 0 ? "end" : "more");
            } catch (IOException reset) {
                ends.add("end");
            }
        });
        server = new TestServer.Setup(data)
                .upstream("legacy", TestServer.UpstreamSetup::neverOpening, upstream.port())
                .route("all", "/", "legacy")
                .start();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        upstream.close();
        log.detachAppender(lines);
        log.setAdditive(true);
        String said =
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
        String sender = " from legacy 127.0.0.1:" + upstream.port() + ", ";
        assertThat(reasons).allSatisfy(reason -> assertThat(said).contains(" " + reason + sender));
        assertThat(said).doesNotContain("HTTP", "good", "poison");
    }

    /** One more than before; the log is looked at when all is over. */
    private void expectRefused(String reason, double before) throws Exception {
        reasons.add(reason);
        assertThat(server.refused(reason)).isEqualTo(before + 1);
    }

    private static Arguments bad(String answer, String reason) {
        String bytes = answer.replace("~", "\r\n");
        return arguments(Named.of(answer.length() > 80 ? answer.substring(0, 80) + "..." : answer, bytes), reason);
    }

    /** An answer with these field lines. */
    private static Arguments fields(String lines, String reason) {
        return bad("HTTP/1.1 200 OK~" + lines + "~~body", reason);
    }

    @ParameterizedTest
    @MethodSource
    void aBadAnswerIs502AndItsConnectionEnds(String answer, String reason) throws Exception {
        double before = server.refused(reason);
        answers.add(List.of(answer));
        try (RawClient client = server.client()) {
            RawClient.Answer seen = client.get("/").answer();
            assertThat(seen.status()).isEqualTo(502);
            assertThat(seen.head()).contains("\r\nx-proxy-reason: bad_response\r\n");
            assertThat(seen.body()).contains("\"reason\":\"bad_response\"").contains(reason);
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
            expectGood(client);
        }
        expectRefused(reason, before);
    }

    static Stream<Arguments> aBadAnswerIs502AndItsConnectionEnds() {
        List<Arguments> all = new ArrayList<>(List.of(
                fields("Content-Length: 4~Transfer-Encoding: chunked", "upstream_ambiguous_length"),
                fields("Content-Length: 4~Content-Length: 4", "upstream_ambiguous_length"),
                fields("Content-Length: 4, 4", "upstream_ambiguous_length"),
                fields("Content-Length: four", "upstream_ambiguous_length"),
                fields("Content-Length: -4", "upstream_ambiguous_length"),
                fields("Content-Length: ", "upstream_ambiguous_length"),
                fields("Transfer-Encoding: gzip", "upstream_malformed_encoding"),
                fields("Transfer-Encoding: chunked, chunked", "upstream_malformed_encoding"),
                bad("HTTP/1.0 200 OK~Transfer-Encoding: chunked~~0~~", "upstream_malformed_encoding"),
                fields("X: a\nY: b", "upstream_control_character"),
                fields("X: a\rY: b", "upstream_control_character"),
                fields("X: a\0b", "upstream_control_character"),
                fields("X: a\u0001b", "upstream_control_character"),
                fields("X: a\u007fb", "upstream_control_character"),
                bad("HTTP/1.1 200 O\0K~~", "upstream_control_character"),
                bad("HTTP/1.1 200 OK\nX: a\n\n", "upstream_control_character"),
                fields("X: a~ folded", "upstream_obs_fold"),
                fields("X : a", "upstream_malformed_field"),
                fields("nocolon", "upstream_malformed_field"),
                fields(": a", "upstream_malformed_field"),
                bad("HTTP/1.1 099 Low~~", "upstream_invalid_status"),
                bad("HTTP/1.1 000 Zero~~", "upstream_invalid_status"),
                bad("HTTP/1.1 600 High~~", "upstream_invalid_status"),
                bad("HTTP/1.1 2x0 Odd~~", "upstream_invalid_status"),
                bad("HTTP/1.1 20 Short~~", "upstream_malformed_status_line"),
                bad("HTTP/1.1 2000 Long~~", "upstream_malformed_status_line"),
                bad("HTTP/2.0 200 OK~~", "upstream_unsupported_version"),
                bad("HTTP/0.9 200 OK~~", "upstream_unsupported_version"),
                bad("ICY 200 OK~~", "upstream_malformed_status_line"),
                bad("<html>hello</html>", "upstream_malformed_status_line"),
                bad("~HTTP/1.1 200 OK~~", "upstream_malformed_status_line"),
                bad("HTTP/1.1 101 Switching Protocols~Connection: Upgrade~Upgrade: x~~", "upstream_unasked_switch"),
                bad("HTTP/1.1 204 No Content~Transfer-Encoding: chunked~~0~~", "upstream_forbidden_body"),
                fields("X: " + "v".repeat(64 << 10), "upstream_head_too_large"),
                fields("X: 1~".repeat(20_000) + "X: 1", "upstream_head_too_large")));
        return all.stream();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 100})
    void moreThanEightInterimAnswersAreTooMany(int interims) throws Exception {
        double before = server.refused("upstream_interim_flood");
        boolean tooMany = interims > 8;
        answers.add(List.of("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(interims) + GOOD));
        try (RawClient client = server.client()) {
            client.get("/");
            for (int i = 0; i < 8; i++) {
                assertThat(client.head()).startsWith("HTTP/1.1 103 ");
            }
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(tooMany ? 502 : 200);
        }
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
        if (tooMany) {
            expectRefused("upstream_interim_flood", before);
        } else {
            assertThat(server.refused("upstream_interim_flood")).isEqualTo(before);
        }
    }

    /** The client has the chunk before it, and neither a byte of the bad one nor the last chunk. */
    @ParameterizedTest
    @MethodSource("badChunks")
    void aBadChunkEndsAnAnswerVisibly(String chunk, String reason) throws Exception {
        double before = server.refused(reason);
        answers.add(List.of(CHUNKED + "\r\n" + GOOD_CHUNK, chunk));
        try (RawClient client = server.client()) {
            client.get("/").head();
            assertThat(client.until("good\r\n")).isEqualTo(GOOD_CHUNK);
            permits.add("go");
            assertThat(client.rest()).isEmpty();
        }
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
        expectRefused(reason, before);
    }

    @ParameterizedTest
    @MethodSource("badChunks")
    void aBadChunkInTheReadOfTheHeadLetsOnlyTheHeadPass(String chunk, String reason) throws Exception {
        double before = server.refused(reason);
        answers.add(List.of(CHUNKED + "\r\n" + GOOD_CHUNK + chunk));
        try (RawClient client = server.client()) {
            assertThat(client.get("/").head()).startsWith("HTTP/1.1 200 ");
            assertThat(client.rest()).isEmpty();
        }
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
        expectRefused(reason, before);
    }

    /** For a client of HTTP/1.0 the end of its connection is the end of the answer: only a reset tells that it is not. */
    @ParameterizedTest
    @MethodSource("badChunks")
    void aBadChunkResetsAClientWithoutChunks(String chunk, String reason) throws Exception {
        double before = server.refused(reason);
        answers.add(List.of(CHUNKED + "\r\n" + GOOD_CHUNK, chunk));
        try (RawClient client = server.client()) {
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            client.head();
            assertThat(client.until("good")).isEqualTo("good");
            permits.add("go");
            assertThatThrownBy(client::rest).isInstanceOf(SocketException.class);
        }
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
        expectRefused(reason, before);
    }

    static Stream<Arguments> badChunks() {
        return Stream.of(
                bad("zz~", "upstream_malformed_body"),
                bad("00000000000000003~bad~", "upstream_malformed_body"),
                bad("3~evil~", "upstream_malformed_body"),
                bad("3;\0~bad~", "upstream_malformed_body"),
                bad("3;" + "x".repeat(298) + "~bad~", "upstream_malformed_body"),
                bad(("3;" + "x".repeat(127) + "~bad~").repeat(33), "upstream_malformed_body"),
                bad("0~" + "X: 1~".repeat(65) + "~", "upstream_malformed_body"),
                bad("0~X: " + "v".repeat(8 << 10) + "~~", "upstream_malformed_body"),
                bad("0~X : 1~~", "upstream_malformed_field"),
                bad("3\nbad~", "upstream_control_character"));
    }

    /** At the bounds: a size of 16 digits, a chunk line of 256 bytes, 4 KiB of extensions, 64 trailers. */
    @Test
    void trailersOfAnAnswerAreFiltered() throws Exception {
        String chunks = ("0000000000000003;" + "x".repeat(239) + "\r\nabc\r\n")
                + ("1;" + "x".repeat(127) + "\r\nd\r\n").repeat(30) // 240 and 30 * 128 bytes of extensions
                + ("1;" + "x".repeat(15) + "\r\ne\r\n");
        String dropped = "Host: evil\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nAuthorization: a\r\n"
                + "X-Forwarded-For: 6.6.6.6\r\nSet-Cookie: a=b\r\n";
        String kept = "X-Sum: 1\r\n".repeat(58);
        answers.add(List.of(CHUNKED + "Connection: close\r\n\r\n" + chunks + "0\r\n" + dropped + kept + "\r\n"));
        try (RawClient client = server.client()) {
            assertThat(client.get("/").head()).doesNotContain("X-Sum", "Host", "evil");
            assertThat(client.until("\r\n\r\n")).isEqualTo(chunks + "0\r\n" + kept + "\r\n");
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
            expectGood(client);
        }
    }

    @ParameterizedTest
    @MethodSource("complete")
    void bytesBehindAnAnswerReachNoClient(String method, String answer) throws Exception {
        double before = server.refused("upstream_surplus");
        answers.add(List.of(answer + POISON));
        try (RawClient client = server.client()) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.until(answer)).isEqualTo(answer);
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
            expectGood(client);
        }
        expectRefused("upstream_surplus", before);
    }

    @ParameterizedTest
    @MethodSource("kept")
    void bytesOnAnIdleConnectionReachNoClient(String method, String answer) throws Exception {
        double before = server.refused("upstream_surplus");
        answers.add(List.of(answer, POISON));
        try (RawClient client = server.client()) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.until(answer)).isEqualTo(answer);
            permits.add("go");
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
            expectGood(client);
        }
        expectRefused("upstream_surplus", before);
    }

    /** A body that comes after all finds nobody: the connection is closed when the answer has ended. */
    @ParameterizedTest
    @MethodSource("announcing")
    void aBodyThatMayStillComeReachesNoClient(String method, String answer) throws Exception {
        answers.add(List.of(answer, POISON));
        try (RawClient client = server.client()) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.until(answer)).isEqualTo(answer);
            expectGood(client);
            permits.add("go");
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
        }
    }

    /** Answers that have ended, whatever follows. */
    static Stream<Arguments> complete() {
        return Stream.concat(kept(), announcing());
    }

    static Stream<Arguments> kept() {
        return Stream.of(
                arguments("GET", RawUpstream.ok("mine")),
                arguments("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmine\r\n0\r\n\r\n"),
                arguments("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
                arguments("GET", "HTTP/1.1 304 Not Modified\r\n\r\n"));
    }

    static Stream<Arguments> announcing() {
        return Stream.of(
                arguments("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n"),
                arguments("GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
                arguments("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"),
                arguments("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                arguments("HEAD", "HTTP/1.1 200 OK\r\n\r\n"));
    }

    /** The client's connection has stayed, and nothing of another answer is on it. */
    private void expectGood(RawClient client) throws Exception {
        answers.add(List.of(GOOD));
        assertThat(client.get("/").answer().body()).isEqualTo("good");
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
    }
}
