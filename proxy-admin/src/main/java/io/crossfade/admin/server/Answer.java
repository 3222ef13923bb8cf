package io.crossfade.admin.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crossfade.admin.api.Problem;
import io.crossfade.admin.api.Wire;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/** One whole response: status, fields, body. */
record Answer(int status, String contentType, byte[] body, Map<String, String> fields) implements Reply {
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";
    static final String MARKDOWN = "text/markdown";
    static final String TEXT = "text/plain; charset=utf-8";

    static Answer json(int status, Object value) {
        return new Answer(status, JSON, Wire.bytes(value), Map.of());
    }

    /** JSON whose version is its content: the ETag changes when a byte does. */
    static Answer document(Object value) {
        return versioned(json(200, value));
    }

    /** As {@link #document(Object)}, for a text. */
    static Answer document(String contentType, String text) {
        return versioned(new Answer(200, contentType, text.getBytes(UTF_8), Map.of()));
    }

    private static Answer versioned(Answer answer) {
        CRC32C sum = new CRC32C();
        sum.update(answer.body);
        return answer.with("ETag", "\"c" + Long.toHexString(sum.getValue()) + '"');
    }

    static Answer text(int status, String text) {
        return new Answer(status, TEXT, text.getBytes(UTF_8), Map.of());
    }

    static Answer problem(ProblemType type, String detail) {
        Problem problem = new Problem(Problem.TYPE_PREFIX + type.word(), type.title(), type.status(), detail);
        return new Answer(type.status(), Problem.MEDIA_TYPE, Wire.bytes(problem), Map.of());
    }

    /** A problem with more members than most. */
    static Answer problem(int status, Object problem) {
        return new Answer(status, Problem.MEDIA_TYPE, Wire.bytes(problem), Map.of());
    }

    Answer with(String field, String value) {
        Map<String, String> more = new HashMap<>(fields);
        more.put(field, value);
        return new Answer(status, contentType, body, Map.copyOf(more));
    }
}
