package io.crossfade.config;

import io.crossfade.config.LoadResult.Loaded;
import io.crossfade.config.LoadResult.Rejected;
import io.crossfade.config.Problems.Mark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads a configuration file: text, then positioned nodes, then records. All mistakes are collected; nothing is thrown
 * for a file that is wrong, missing or not a configuration at all. Stateless, callable from any thread.
 */
public final class ConfigLoader {

    /** Largest file that is read, in bytes. */
    public static final int LARGEST_FILE = 16 << 20;

    private ConfigLoader() {}

    /** @param environment what {@code ${NAME}} stands for, usually {@code System.getenv()} */
    public static LoadResult load(Path file, Map<String, String> environment) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LARGEST_FILE + 1);
        } catch (IOException e) {
            return rejected(file, "cannot be read: " + reason(e));
        }
        return parse(file, content, environment);
    }

    /**
     * As {@link #load}, for a text that has been read already.
     *
     * @param file names it in problems, and its folder is where relative paths start
     */
    public static LoadResult parse(Path file, String text, Map<String, String> environment) {
        return parse(file, text.getBytes(StandardCharsets.UTF_8), environment);
    }

    static LoadResult parse(Path file, byte[] content, Map<String, String> environment) {
        if (content.length > LARGEST_FILE) {
            return rejected(file, "too large (expected: at most " + Units.showSize(LARGEST_FILE) + ")");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            return rejected(file, "not a text in UTF-8");
        }
        Problems problems = new Problems(file.toString());
        Node root = YamlTree.read(text, problems);
        if (root == null) {
            return new Rejected(problems.sorted());
        }
        Field whole = new Field(problems, new Placeholders(environment), "", root.mark(), root);
        Path folder = file.toAbsolutePath().normalize().getParent();
        return new ConfigReader(folder == null ? file.toAbsolutePath() : folder)
                .read(whole)
                .filter(config -> problems.none())
                .<LoadResult>map(Loaded::new)
                .orElseGet(() -> new Rejected(problems.sorted()));
    }

    private static Rejected rejected(Path file, String message) {
        return new Rejected(List.of(new Problem(file.toString(), Mark.FILE.line(), Mark.FILE.column(), "", message)));
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
