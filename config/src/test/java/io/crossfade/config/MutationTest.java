package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.LoadResult.Loaded;
import io.crossfade.config.LoadResult.Rejected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a file by accident, it loads or it is rejected with reasons: no exception, no endless reading. */
final class MutationTest {

    private static final int ROUNDS = Integer.getInteger("mutation.rounds", 1_500);
    private static final List<String> SNIPPETS = List.of(
            "[",
            "]",
            "{",
            "}",
            ":",
            "- ",
            "\"",
            "'",
            "|",
            ">",
            "&a ",
            "*a",
            "!!binary ",
            "!t ",
            "? ",
            "%",
            "---\n",
            "${",
            "${X}",
            "}",
            "\t",
            "\n",
            "\r",
            "\u0000",
            "\ufeff",
            "0",
            "999999999999999999999",
            "-1",
            "1e9",
            "0x1F",
            ".inf",
            "null",
            "~",
            "true",
            "<<: ",
            "5%",
            "h",
            "\\U0010FFFF",
            "\"\\UFFFFFFFF\"",
            "...\n",
            "\u2028",
            "#");

    @Test
    void mutatedExamplesNeitherThrowNorHang() throws IOException {
        long seed = Long.getLong("mutation.seed", System.nanoTime());
        System.out.println("MutationTest seed: " + seed + " (-Dmutation.seed=" + seed + ")");
        Random random = new Random(seed);
        List<byte[]> examples = new ArrayList<>();
        for (Path example : ConfigLoaderTest.examples()) {
            examples.add(Files.readAllBytes(example));
        }
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            int rejected = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] content = examples.get(random.nextInt(examples.size()));
                for (int i = random.nextInt(4); i >= 0; i--) {
                    content = mutate(content, random);
                }
                rejected += judge(content, "seed " + seed + ", round " + round);
            }
            assertThat(rejected).as("rejected of %s", ROUNDS).isBetween(ROUNDS / 4, ROUNDS - 1);
        });
    }

    private static int judge(byte[] content, String round) {
        LoadResult result;
        try {
            result = ConfigLoader.parse(Loading.FILE, content, Map.of("X", "x: ${X}"));
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(round + ":\n" + new String(content, StandardCharsets.UTF_8), e);
        }
        if (result instanceof Loaded) {
            return 0;
        }
        assertThat(((Rejected) result).problems()).as(round).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.toString().codePoints()).noneMatch(Character::isISOControl);
            assertThat(problem.message()).hasSizeLessThan(600);
        });
        return 1;
    }

    static byte[] mutate(byte[] content, Random random) {
        int at = random.nextInt(content.length + 1);
        return switch (random.nextInt(5)) {
            case 0 -> splice(content, at, 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> splice(content, at, random.nextInt(8), new byte[0]);
            case 2 -> splice(content, at, random.nextInt(3), snippet(random));
            case 3 -> moveLine(content, random);
            default -> copyPiece(content, at, random);
        };
    }

    private static byte[] snippet(Random random) {
        return SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] copyPiece(byte[] content, int at, Random random) {
        int length = Math.min(random.nextInt(40), content.length - at);
        byte[] piece = Arrays.copyOfRange(content, at, at + length);
        return splice(content, random.nextInt(content.length + 1), 0, piece);
    }

    private static byte[] splice(byte[] content, int at, int removed, byte[] added) {
        int rest = Math.min(content.length, at + removed);
        byte[] spliced = Arrays.copyOf(content, at + added.length + content.length - rest);
        System.arraycopy(added, 0, spliced, at, added.length);
        System.arraycopy(content, rest, spliced, at + added.length, content.length - rest);
        return spliced;
    }

    private static byte[] moveLine(byte[] content, Random random) {
        List<String> lines =
                new ArrayList<>(Arrays.asList(new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)));
        String line = lines.remove(random.nextInt(lines.size()));
        lines.add(random.nextInt(lines.size() + 1), line);
        if (random.nextBoolean()) {
            lines.add(random.nextInt(lines.size()), line);
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }
}
