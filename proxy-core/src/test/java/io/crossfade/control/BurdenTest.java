package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A look of the control thread is short, whatever it finds, in the heap that the launcher gives a server. */
@Tag("slow")
final class BurdenTest {
    private static final Pattern LOOK = Pattern.compile("(.+): ([0-9]+) us, .*");
    private static final Pattern HEAP = Pattern.compile("heap: ([0-9]+) MiB");

    @TempDir
    Path folder;

    /** What the code costs it costs in each round; what others do to this machine meanwhile it does not. So the best round of each kind counts. */
    @Test
    void noLookTakesLong() throws Exception {
        List<String> said = run(Burden.class, folder.resolve("data"));
        said.forEach(System.out::println);
        Map<String, Long> best = new TreeMap<>();
        for (String line : said) {
            Matcher look = LOOK.matcher(line);
            if (look.matches()) {
                best.merge(look.group(1), Long.parseLong(look.group(2)), Math::min);
            }
        }
        assertThat(best)
                .hasSize(8)
                .allSatisfy((kind, micros) ->
                        assertThat(micros).as("longest look: %s", kind).isLessThan(Burden.MOST_MICROS));
        assertThat(said).contains("under way: " + Burden.ROLLOUTS);
        assertThat(said)
                .filteredOn(line -> line.startsWith("left the canary"))
                .hasSizeGreaterThan(1)
                .containsOnly("left the canary: " + Burden.ROLLOUTS);
        // of which the tables of units have at most 96
        assertThat(said)
                .filteredOn(line -> HEAP.matcher(line).matches())
                .singleElement()
                .satisfies(line ->
                        assertThat(Integer.parseInt(line.replaceAll("\\D", ""))).isLessThan(150));
    }

    /** Runs a program of this class path as the launcher runs a server; returns what it wrote. */
    static List<String> run(Class<?> program, Object... words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(heapOfTheLauncher());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        for (Object word : words) {
            command.add(word.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().filter(line -> !line.contains(" INFO ")).toList();
    }

    private static List<String> heapOfTheLauncher() throws IOException {
        Path launcher = Path.of(System.getProperty("basedir", "."), "..", "crossfade");
        Matcher flag = Pattern.compile("-X(mx|ms|mn)[0-9]+m(?= |$)", Pattern.MULTILINE)
                .matcher(Files.readString(launcher)
                        .lines()
                        .filter(line -> line.contains("-Xmn"))
                        .findFirst()
                        .orElseThrow());
        List<String> flags = new ArrayList<>(List.of("-XX:+UseSerialGC"));
        flag.results().forEach(found -> flags.add(found.group()));
        assertThat(flags).hasSize(4);
        return flags;
    }
}
