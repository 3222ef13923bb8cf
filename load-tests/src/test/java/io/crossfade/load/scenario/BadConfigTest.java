package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five mistakes in a file are five messages in one run. */
class BadConfigTest {
    @TempDir
    Path folder;

    @Test
    void fiveMistakesAreFiveMessagesWithTheirLines() throws Exception {
        Files.writeString(folder.resolve("bad.yaml"), """
                version: 1
                listeners:
                  - { name: edge, address: "127.0.0.1:99999" }
                upstreams:
                  - { name: legacy, endpoints: ["127.0.0.1:9001"], responseTimout: 5s }
                  - { name: next, endpoints: ["127.0.0.1:9002"] }
                routes:
                  - { name: shop, match: { pathPrefix: / }, rollout: shopp }
                rollouts:
                  - name: shop
                    variants: { baseline: legacy, canary: next }
                    unit: { from: [clientIp] }
                    steps:
                      - { setWeight: 140%, bake: 1h }
                      - { setWeight: 100%, bake: 2 hours }
                """);
        try (Program check = Program.start(folder, folder.resolve("said"), Program.crossfade("check", "bad.yaml"))) {
            assertThat(check.await(Duration.ofSeconds(30))).isEqualTo(2);
            List<String> lines = check.said().lines().toList();
            System.out.println(check.said());
            assertThat(lines).hasSize(5);
            assertThat(lines.get(0)).startsWith("bad.yaml:3:").contains("listeners[0].address", "99999");
            assertThat(lines.get(1)).startsWith("bad.yaml:5:").contains("responseTimout", "responseTimeout");
            assertThat(lines.get(2)).startsWith("bad.yaml:8:").contains("shopp", "shop");
            assertThat(lines.get(3)).startsWith("bad.yaml:14:").contains("setWeight", "140%");
            assertThat(lines.get(4)).startsWith("bad.yaml:15:").contains("bake", "2 hours");
        }
    }
}
