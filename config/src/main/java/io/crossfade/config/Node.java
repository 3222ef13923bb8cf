package io.crossfade.config;

import io.crossfade.config.Problems.Mark;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a YAML document and where it begins. */
sealed interface Node {

    Mark mark();

    /** Keys in the order of the file. */
    record Mapping(Mark mark, Map<String, Entry> entries) implements Node {}

    record Sequence(Mark mark, List<Node> items) implements Node {}

    /** Text as it is written, without quotes; null where nothing is written. */
    record Scalar(Mark mark, @Nullable String text) implements Node {}

    /** Something that has been reported already; nothing more is said about it. */
    record Unreadable(Mark mark) implements Node {}

    /** A key of a mapping. */
    record Entry(Mark mark, Node value) {}
}
