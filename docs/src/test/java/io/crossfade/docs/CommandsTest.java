package io.crossfade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asks the real command line for the help of every command that a page shows. */
class CommandsTest {
    private static final Set<String> WITH_SUBCOMMANDS = Set.of("config", "rollout", "explain", "audit", "report");

    /** Verb (with its second word where it has one) to the options that pages use with it. */
    static Stream<Map.Entry<String, Set<String>>> shown() {
        Map<String, Set<String>> shown = new TreeMap<>();
        for (String line : lines()) {
            for (String command : Pages.find("\\./crossfade ([a-z][^`\n|#]*)", line)) {
                List<String> words = Arrays.asList(command.strip().split("\\s+", -1));
                String verb =
                        WITH_SUBCOMMANDS.contains(words.get(0)) ? words.get(0) + " " + words.get(1) : words.get(0);
                words.stream()
                        .filter(word -> word.startsWith("-"))
                        .forEach(shown.computeIfAbsent(verb, v -> new TreeSet<>())::add);
            }
        }
        return shown.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("shown")
    void commandsAndTheirOptionsExist(Map.Entry<String, Set<String>> command) throws Exception {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                "io.crossfade.admin.app.Main"));
        java.addAll(Arrays.asList(command.getKey().split(" ", -1)));
        java.add("--help");
        Process help = new ProcessBuilder(java).redirectErrorStream(true).start();
        String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(help.waitFor()).as(text).isZero();
        assertThat(text).contains(command.getKey().split(" ", -1));
        assertThat(command.getValue()).allMatch(text::contains);
    }

    @Test
    void theTwoCommandsOfTheReadmeStandThere() {
        assertThat(Pages.text(Pages.ROOT.resolve("README.md")))
                .contains("\n./crossfade demo\n")
                .contains("\nmvn -B -ntp verify\n");
    }

    @Test
    void scriptsExistAndKnowTheirOptions() throws IOException {
        var scripts = new TreeSet<String>();
        for (String line : lines()) {
            for (String script : Pages.find("(?:^|`|\\s)((?:load-tests|\\.ci)/[a-z-]+)\\b", line)) {
                Path file = Pages.ROOT.resolve(script);
                if (Files.isDirectory(file)) {
                    continue;
                }
                scripts.add(script);
                assertThat(file).isExecutable();
                if (script.endsWith("side-by-side")) {
                    String source = Files.readString(file);
                    assertThat(Pages.find("(--[a-z]+)", line)).allMatch(source::contains);
                }
            }
        }
        assertThat(scripts).contains("load-tests/side-by-side", "load-tests/microbenchmarks", ".ci/run");
    }

    private static List<String> lines() {
        return Pages.all().stream().flatMap(page -> Pages.text(page).lines()).toList();
    }
}
