package io.crossfade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Admin;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.ControlSettings;
import io.crossfade.config.Limits;
import io.crossfade.config.LoadResult;
import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {
    @TempDir
    private Path folder = Path.of("");

    static List<Pages.Block> configurations() {
        return Pages.blocks("yaml");
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void everyConfigurationInThePagesLoads(Pages.Block block) throws IOException {
        load(block.text(), Map.of());
    }

    @Test
    void theReferenceShowsTheRealDefaults() throws IOException {
        String reference = Pages.blocks("yaml").stream()
                .filter(block -> block.page().endsWith("reference/config.md"))
                .map(Pages.Block::text)
                .findFirst()
                .orElseThrow();
        Config config = load(reference, Map.of());
        assertThat(config.admin()).isEqualTo(Admin.defaults());
        assertThat(config.limits()).isEqualTo(Limits.defaults());
        assertThat(config.control()).isEqualTo(ControlSettings.defaults());
        assertThat(config.rollouts().get(0).analysis()).isEqualTo(Analysis.defaults());
        Upstream first = config.upstreams().get(0);
        assertThat(first).isEqualTo(Upstream.of(first.name(), first.endpoints()));
    }

    /** What a reader of the reference does not see he does not know of. */
    @Test
    void theReferenceHasEveryBound() {
        String reference = Pages.text(Pages.page("reference/config.md"));
        for (Class<?> type : List.of(
                Admin.class,
                Limits.Heads.class,
                Limits.Bodies.class,
                Limits.Answers.class,
                Limits.Connections.class,
                Limits.Buffers.class,
                Limits.Endings.class,
                ControlSettings.class,
                Upstream.Pool.class,
                Upstream.Breaker.class)) {
            for (var component : type.getRecordComponents()) {
                assertThat(reference).containsPattern("\\b" + component.getName() + ": ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"crossfade.yaml", "plain.yaml"})
    void theLoadTestsConfigurationsLoad(String name) throws IOException {
        String text = Pages.text(Pages.ROOT.resolve("load-tests/conf").resolve(name));
        load(text, Map.of("PORT", "18080", "ADMIN_PORT", "19900", "ORIGIN", "19001", "DATA", "data"));
    }

    private Config load(String text, Map<String, String> environment) throws IOException {
        Path file = Files.writeString(folder.resolve("crossfade.yaml"), text);
        LoadResult result = ConfigLoader.load(file, environment);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).config();
    }
}
