package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the explanation says about a user is what the proxy does with that user. */
class ExplainTest {
    private static final int UNITS = 1_000;

    @TempDir
    Path folder;

    @Test
    void theProxyAgreesWithEveryExplanation() throws Exception {
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed);
                Edge edge = Edge.startGuarded(folder, Edge.config(legacy.port(), next.port(), "weight: 37.5%\n"))) {
            Map<Integer, String> servedBy = new ConcurrentHashMap<>();
            try (Users users = Users.start(
                    edge.port(),
                    4,
                    0,
                    i -> i < UNITS ? new Ask("/", random.nextInt(Integer.MAX_VALUE)) : null,
                    answer -> servedBy.put(answer.user(), answer.server()))) {
                users.await(60);
            }
            assertThat(servedBy.values()).contains("legacy", "next");
            servedBy.forEach((user, server) -> {
                JsonNode said = edge.admin().json("/v1/assignments:explain?route=shop&unit=u" + user);
                int bucket = said.path("bucket").asInt(-1);
                assertThat(said.path("unit").asString()).isEqualTo("u" + user);
                assertThat(said.path("variant").asString()).isEqualTo(server.equals("next") ? "canary" : "baseline");
                assertThat(bucket).isBetween(0, 99_999);
                assertThat(bucket < 37_500).isEqualTo(server.equals("next"));
                assertThat(said.path("weight").asDouble()).isEqualTo(0.375);
                assertThat(said.path("reason").asString()).isEqualTo("hash");
            });
        }
    }
}
