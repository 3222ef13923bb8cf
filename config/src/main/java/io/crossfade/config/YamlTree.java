package io.crossfade.config;

import io.crossfade.config.Node.Entry;
import io.crossfade.config.Node.Mapping;
import io.crossfade.config.Node.Scalar;
import io.crossfade.config.Node.Sequence;
import io.crossfade.config.Node.Unreadable;
import io.crossfade.config.Problems.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads the plain part of YAML (maps, lists, scalars) into positioned nodes. Anchors, aliases and tags are refused: a file
 * that says who goes where is read by people under pressure, and an alias is also how a small file becomes a huge tree.
 */
final class YamlTree {

    static final int DEEPEST = 32;

    /** Characters that the scanner looks at together. It copies them for every so many more of one long comment or text. */
    private static final int LARGEST_WINDOW = 1 << 20;

    private final YAMLParser parser;
    private final Problems problems;

    /** Set at the first node that is too deep: scanning on would cost time in the square of the depth. */
    private boolean abandoned;

    private YamlTree(YAMLParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The root of the document; null when there is none, with at least one problem. */
    static @Nullable Node read(String text, Problems problems) {
        try (YAMLParser parser = (YAMLParser) yaml(text.length()).createParser(ObjectReadContext.empty(), text)) {
            return new YamlTree(parser, problems).document();
        } catch (JacksonException e) {
            problems.add(place(e), "", "not YAML: " + reason(e));
            return null;
        }
    }

    /** The scanner's own bounds are 3 Mi code points, and a window of 1 Ki in which a comment of 16 MiB takes minutes. */
    private static YAMLFactory yaml(int length) {
        int window = Math.max(1 << 10, Math.min(LARGEST_WINDOW, length));
        return YAMLFactory.builder()
                .loadSettings(LoadSettings.builder()
                        .setAllowDuplicateKeys(true)
                        .setBufferSize(window)
                        .setCodePointLimit(ConfigLoader.LARGEST_FILE)
                        .build())
                .build();
    }

    private @Nullable Node document() {
        if (parser.nextToken() == null) {
            problems.add(Mark.FILE, "", "the file is empty (expected: version, listeners, upstreams, routes)");
            return null;
        }
        Node root = node("", 1);
        if (abandoned) {
            return null;
        }
        if (parser.nextToken() != null) {
            problems.add(here(), "", "a second document begins here (expected: one document per file)");
        }
        return root;
    }

    private Node node(String path, int depth) {
        Mark mark = here();
        String refused = refused();
        if (refused != null) {
            problems.add(mark, path, refused);
            parser.skipChildren();
            return new Unreadable(mark);
        }
        JsonToken token = parser.currentToken();
        if (depth > DEEPEST && token.isStructStart()) {
            problems.add(mark, path, "nested too deeply (expected: at most " + DEEPEST + " levels)");
            abandoned = true;
            return new Unreadable(mark);
        }
        if (token == JsonToken.START_OBJECT) {
            return new Mapping(mark, entries(path, depth));
        }
        if (token == JsonToken.START_ARRAY) {
            return new Sequence(mark, items(path, depth));
        }
        return new Scalar(mark, token == JsonToken.VALUE_NULL ? null : parser.getString());
    }

    private Map<String, Entry> entries(String path, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (!abandoned && parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Mark mark = here();
            String keyPath = Field.below(path, key);
            parser.nextToken();
            Entry before = entries.putIfAbsent(key, new Entry(mark, node(keyPath, depth + 1)));
            if (before != null) {
                problems.add(
                        mark,
                        keyPath,
                        "is there already, in line " + before.mark().line() + " (expected: once)");
            }
        }
        return entries;
    }

    private List<Node> items(String path, int depth) {
        List<Node> items = new ArrayList<>();
        while (!abandoned && parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]", depth + 1));
        }
        return items;
    }

    private @Nullable String refused() {
        if (parser.isCurrentAlias()) {
            return "an alias (expected: the value itself)";
        }
        if (parser.getObjectId() != null) {
            return "an anchor (expected: the value without &" + parser.getObjectId() + ")";
        }
        return parser.getTypeId() != null ? "a tag (expected: the value without a tag)" : null;
    }

    private Mark here() {
        return mark(parser.currentTokenLocation());
    }

    private static Mark mark(TokenStreamLocation location) {
        return location.getLineNr() > 0
                ? new Mark(location.getLineNr(), Math.max(1, location.getColumnNr()))
                : Mark.FILE;
    }

    /** The scanner knows the place of a syntax error better than the parser, which is still at the token before. */
    private static Mark place(JacksonException e) {
        return marked(e)
                .flatMap(MarkedYamlEngineException::getProblemMark)
                .map(m -> new Mark(m.getLine() + 1, m.getColumn() + 1))
                .orElseGet(() -> e.getLocation() == null ? Mark.FILE : mark(e.getLocation()));
    }

    private static String reason(JacksonException e) {
        String whole = marked(e)
                .map(MarkedYamlEngineException::getProblem)
                .orElse(String.valueOf(e.getOriginalMessage())
                        .lines()
                        .findFirst()
                        .orElse(""));
        return Problem.shown(whole);
    }

    private static Optional<MarkedYamlEngineException> marked(JacksonException e) {
        return e.getCause() instanceof MarkedYamlEngineException cause ? Optional.of(cause) : Optional.empty();
    }
}
