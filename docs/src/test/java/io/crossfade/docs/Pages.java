package io.crossfade.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown pages of the project and what stands in them. */
final class Pages {
    /** The folder that holds the launcher. */
    static final Path ROOT = root();

    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```(\\w+)\\n(.*?)^ *```$");

    /** @param language the word behind the opening fence */
    record Block(Path page, String language, String text) {}

    /** All pages, README first. */
    static List<Path> all() {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        for (String folder : List.of("docs", "load-tests", "config")) {
            pages.addAll(files(ROOT.resolve(folder), ".md"));
        }
        return pages;
    }

    static Path page(String name) {
        return ROOT.resolve("docs").resolve(name);
    }

    static List<Block> blocks(String language) {
        return all().stream()
                .flatMap(page -> FENCE.matcher(text(page))
                        .results()
                        .map(fence -> new Block(page, fence.group(1), fence.group(2))))
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** Files below a folder whose name ends so, build output aside, sorted. */
    static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sources that are shipped, of all modules. */
    static List<Path> sources() {
        return Stream.of("config", "proxy-core", "proxy-admin", "load-tests")
                .flatMap(module -> files(ROOT.resolve(module).resolve("src/main/java"), ".java").stream())
                .toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** First group of each match. */
    static List<String> find(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static Path root() {
        Path module = Path.of("").toAbsolutePath();
        return Files.exists(module.resolve("crossfade"))
                ? module
                : module.resolve("..").normalize();
    }

    private Pages() {}
}
