package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.admin.api.OperationRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a body, in words for people. */
class RequestBodyTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"hold","raeson":"x"}      | body: /raeson: unknown member (did you mean reason?)
            {"type":"hold","colour":"x"}      | body: /colour: unknown member (expected: dryRun, mode, reason, scope, type or weight)
            {"type":"hold","type":"rollback"} | body: a member is there twice (line 1, column 22)
            {"type":"hold","a":{"b":1,"b":2}} | body: a member is there twice (line 1, column 30)
            {"type":["hold"]}                 | body: /type: not of its kind (expected: a string)
            {"dryRun":"maybe"}                | body: /dryRun: not of its kind (expected: true or false)
            {"type":"hold"} x                 | body: not JSON (line 1, column 17)
            {"type":"hold"} {"type":"hold"}   | body: more behind the end of a JSON object (line 1, column 17)
            {                                 | body: not JSON (line 1, column 2)
            []                                | body: a JSON array (expected: a JSON object)
            "x"                               | body: a JSON string (expected: a JSON object)
            null                              | body: a JSON null (expected: a JSON object)
            ''                                | body: empty (expected: a JSON object)
            """)
    void saysWhatIsWrongAndWhere(String body, String words) {
        assertThatThrownBy(() -> RequestBody.object(body, OperationRequest.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(words);
    }

    @Test
    void depthHasABound() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> RequestBody.object(deep, OperationRequest.class))
                .hasMessageStartingWith("body: nested deeper than 32");
    }

    @Test
    void bytesMustBeUtf8() {
        byte[] bytes = "{\"reason\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> RequestBody.text(ByteBuffer.wrap(bytes)))
                .hasMessage("body: not UTF-8 (byte 12 of 14)");
        assertThat(RequestBody.text(ByteBuffer.wrap("\u00e4".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("\u00e4");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x202E, 0x2066, 0x200F, 0x2028, 0x7})
    void aReasonReadsAsItIs(int character) {
        OperationForm form = new OperationForm(RequestBody.object(
                "{\"type\":\"hold\",\"reason\":\"a\\u%04xb\"}".formatted(character), OperationRequest.class));
        assertThat(form.mistake().orElseThrow()).startsWith("reason: at most 500 characters on one line");
    }
}
