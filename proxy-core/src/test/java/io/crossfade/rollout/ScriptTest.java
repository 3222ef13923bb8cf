package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each script is a story: inputs, and below each what happened and where the rollout stands then. */
final class ScriptTest {
    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(Golden.FOLDER.resolve("scripts"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void goesAsWritten(Path script) {
        Golden.check(script, Script.run(Golden.read(script)));
    }

    /** With an alert that any failure raises, each story goes as it does without. */
    @ParameterizedTest
    @MethodSource("scripts")
    void noWeightMovesByAnAlert(Path script) {
        String told = Golden.read(script).replaceAll(" levels=\\S+", "");
        String alerted = told.replaceAll("(?m)^(plan .*|> \\S+ replan .*)$", "$1 levels=errors:-:0.0001%");
        assertThat(withoutAlerts(Script.run(alerted)).replace(" levels=errors:-:0.0001%", ""))
                .isEqualTo(withoutAlerts(Script.run(told)));
    }

    private static String withoutAlerts(String told) {
        return told.replaceAll("(  act, then persist\n)?  Alert(Raised|Ended) .*\n(    \\| .*\n)*", "");
    }

    @Test
    void everyEventHappensInSomeScript() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path script : scripts()) {
            all.append(Golden.read(script));
        }
        assertThat(Event.kinds()).allSatisfy(event -> assertThat(all).contains("\n  " + event.getSimpleName()));
    }
}
