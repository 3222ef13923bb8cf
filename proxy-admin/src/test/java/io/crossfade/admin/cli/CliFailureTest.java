package io.crossfade.admin.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that is away, is something else, or is broken: one line that helps, and exit code 1. */
class CliFailureTest {
    private static final WireMockServer SERVER = new WireMockServer(options().dynamicPort());

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    static Stream<Arguments> brokenAnswers() {
        String problem = "application/problem+json";
        return Stream.of(
                Arguments.of(
                        aResponse().withStatus(500).withBody("oops"), 1, "does not answer like a Crossfade admin API"),
                Arguments.of(json(200, "{\"rollouts\": 7}"), 1, "not understood"),
                Arguments.of(json(200, "{"), 1, "not understood"),
                Arguments.of(json(200, ""), 1, "not understood"),
                Arguments.of(aResponse().withStatus(200).withHeader("Content-Type", "text/html"), 1, "--server URL"),
                Arguments.of(aResponse().withStatus(302).withHeader("Location", "http://x/"), 1, "status 302"),
                Arguments.of(
                        aResponse()
                                .withStatus(403)
                                .withHeader("Content-Type", problem)
                                .withBody("{\"title\":\"No\",\"detail\":\"operators only\"}"),
                        7,
                        "No: operators only"),
                Arguments.of(
                        aResponse()
                                .withStatus(503)
                                .withHeader("Content-Type", problem)
                                .withBody("<"),
                        1,
                        "503"),
                Arguments.of(aResponse().withFault(Fault.EMPTY_RESPONSE), 1, "cannot reach"),
                Arguments.of(aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE), 1, "cannot reach"),
                Arguments.of(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), 1, "cannot reach"));
    }

    private static ResponseDefinitionBuilder json(int status, String body) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody(body);
    }

    @ParameterizedTest
    @MethodSource("brokenAnswers")
    void oneLineAndOneExitCode(ResponseDefinitionBuilder answer, int exit, String words) {
        SERVER.resetAll();
        SERVER.stubFor(any(anyUrl()).willReturn(answer));
        Screen screen = new Screen(SERVER.baseUrl());

        assertThat(screen.run("status")).isEqualTo(exit);
        assertThat(screen.err()).startsWith("crossfade: ").contains(words).hasLineCount(1);
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void nobodyThere() {
        Screen screen = new Screen("127.0.0.1:1");

        assertThat(screen.run("rollout", "rollback", "orders")).isEqualTo(Exit.FAILED);
        assertThat(screen.err())
                .isEqualToIgnoringNewLines("crossfade: cannot reach http://127.0.0.1:1: connection refused. "
                        + "Is the server running there? Another one: --server URL or CROSSFADE_SERVER");
    }

    @Test
    void theOptionBeatsTheEnvironment() {
        Screen screen = new Screen("127.0.0.1:1");

        assertThat(screen.run("status", "--server", "http://127.0.0.1:2")).isEqualTo(Exit.FAILED);
        assertThat(screen.err()).contains("127.0.0.1:2");
        assertThat(screen.run("status", "--server", "ftp://x")).isEqualTo(Exit.USAGE);
        assertThat(screen.run("status", "--server", "a b")).isEqualTo(Exit.USAGE);
    }
}
