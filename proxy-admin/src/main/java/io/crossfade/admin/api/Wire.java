package io.crossfade.admin.api;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON of the admin API, written, and read as a client does: members that it does not know are left out. */
public final class Wire {
    private static final JsonMapper LENIENT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxStringLength(1 << 20)
                            .build())
                    .build())
            .build();

    private Wire() {}

    /** UTF-8 JSON, compact. */
    public static byte[] bytes(Object value) {
        return LENIENT.writeValueAsBytes(value);
    }

    /**
     * Reads an answer; members this version does not know are left out.
     *
     * @throws IllegalArgumentException when the text is not JSON of this shape; its message names the place
     */
    public static <T> T answer(String json, Class<T> type) {
        return read(LENIENT, json, type);
    }

    /** Any JSON as a tree, for printing. */
    public static JsonNode tree(String json) {
        return read(LENIENT, json, JsonNode.class);
    }

    /** JSON with two-space indents, for people. */
    public static String pretty(JsonNode tree) {
        return LENIENT.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }

    private static <T> T read(JsonMapper mapper, String json, Class<T> type) {
        try {
            T value = mapper.readValue(json, type);
            if (value == null) {
                throw new IllegalArgumentException("empty (expected: a JSON object)");
            }
            return value;
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw new IllegalArgumentException(e.getOriginalMessage() + where, e);
        }
    }
}
