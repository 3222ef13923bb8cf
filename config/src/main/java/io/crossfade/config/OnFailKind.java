package io.crossfade.config;

import io.crossfade.config.RolloutSpec.OnFail;
import java.util.List;
import java.util.Map;

/** {@code hold}, or which way to roll back. */
final class OnFailKind implements Kind {

    private static final Words<OnFail> FAIL_WORD =
            Words.of("hold", OnFail.HOLD).beside("{ rollback: immediate }", "{ rollback: graceful }");
    private static final Words<OnFail> ROLLBACK = Words.of("immediate", OnFail.ROLLBACK_IMMEDIATE)
            .or("graceful", OnFail.ROLLBACK_GRACEFUL)
            .lacking("complete");

    @Override
    public String word() {
        return FAIL_WORD.expected();
    }

    @Override
    public Object read(Field field, Object fallback) {
        OnFail standIn = fallback instanceof OnFail onFail ? onFail : OnFail.HOLD;
        if (!field.present()) {
            return standIn;
        }
        if (field.scalar()) {
            return field.read(FAIL_WORD, standIn);
        }
        Section section = field.section();
        Field rollback = section.required("rollback", ROLLBACK.expected() + "; or onFail: hold");
        return section.build(() -> rollback.read(ROLLBACK, standIn)).orElse(standIn);
    }

    @Override
    public Object show(Object value, Style style) {
        return switch ((OnFail) value) {
            case ROLLBACK_IMMEDIATE -> Map.of("rollback", "immediate");
            case ROLLBACK_GRACEFUL -> Map.of("rollback", "graceful");
            case HOLD -> "hold";
        };
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of(
                "anyOf",
                List.of(
                        WordKind.only("hold").schema(),
                        JsonSchema.object(
                                Map.of("rollback", JsonSchema.words(List.of("immediate", "graceful"))),
                                List.of("rollback"))));
    }
}
