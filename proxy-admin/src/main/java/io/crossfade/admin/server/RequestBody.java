package io.crossfade.admin.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crossfade.config.Nearest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what clients of the admin API send, and says in their words what is wrong with it and where. What can be read in two ways is
 * refused: a member twice, bytes that are no UTF-8, text behind the end.
 */
final class RequestBody {
    private static final int MOST_NESTED = 32;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_NESTED)
                            .maxStringLength(1 << 20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RequestBody() {}

    /** @throws IllegalArgumentException when it is not UTF-8 */
    static String text(ByteBuffer bytes) {
        int length = bytes.remaining();
        try {
            return UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "body: not UTF-8 (byte " + (length - bytes.remaining() + 1) + " of " + length + ")", e);
        }
    }

    /** @throws IllegalArgumentException when it is not a JSON object of this shape; its message says what is wrong and where */
    static <T> T object(String json, Class<T> shape) {
        try {
            JsonNode tree = JSON.readTree(json);
            if (!tree.isObject()) {
                String what = tree.isMissingNode() ? "empty" : "a JSON " + name(tree);
                throw new IllegalArgumentException("body: " + what + " (expected: a JSON object)");
            }
            return JSON.treeToValue(tree, shape);
        } catch (UnrecognizedPropertyException e) {
            Collection<String> known = e.getKnownPropertyIds().stream()
                    .map(Objects::toString)
                    .sorted()
                    .toList();
            String hint = Nearest.to(e.getPropertyName(), known)
                    .map(near -> "did you mean " + near + "?")
                    .orElse("expected: " + Nearest.list(known));
            throw new IllegalArgumentException("body: " + pointer(e) + ": unknown member (" + hint + ")", e);
        } catch (DatabindException e) {
            if (e.getPath().isEmpty()) {
                throw new IllegalArgumentException("body: more behind the end of a JSON object" + place(e), e);
            }
            throw new IllegalArgumentException(
                    "body: " + pointer(e) + ": not of its kind (expected: " + expected(e) + ")", e);
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException(
                    "body: nested deeper than " + MOST_NESTED + ", or a value is too long" + place(e), e);
        } catch (StreamReadException e) {
            boolean twice = e.getOriginalMessage().startsWith("Duplicate");
            String what = twice ? "a member is there twice" : "not JSON";
            throw new IllegalArgumentException("body: " + what + place(e), e);
        }
    }

    private static String name(JsonNode tree) {
        return switch (tree.getNodeType()) {
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            default -> "null";
        };
    }

    private static String expected(DatabindException e) {
        if (e instanceof tools.jackson.databind.exc.MismatchedInputException mismatch) {
            Class<?> target = mismatch.getTargetType();
            if (target == String.class) {
                return "a string";
            }
            if (target == Boolean.class || target == boolean.class) {
                return "true or false";
            }
            if (target != null && (Number.class.isAssignableFrom(target) || target.isPrimitive())) {
                return "a number";
            }
        }
        return "see the API's reference";
    }

    /** RFC 6901. */
    private static String pointer(DatabindException e) {
        return e.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "" + step.getIndex() : step.getPropertyName())
                .map(step -> '/' + step.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }
}
