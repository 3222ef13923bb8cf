package io.crossfade.config;

import io.crossfade.config.RolloutSpec.UnitSource;
import java.util.List;
import java.util.Map;

/** {@code clientIp}, or the name of a header or cookie. */
final class UnitSourceKind implements Kind {

    private static final Map<String, Object> NAME =
            ScalarKind.text("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}").schema();

    @Override
    public String word() {
        return "source";
    }

    @Override
    public Object read(Field field, Object fallback) {
        return RolloutReader.source(field);
    }

    @Override
    public Object show(Object value, Style style) {
        UnitSource source = (UnitSource) value;
        return switch (source.kind()) {
            case HEADER -> Map.of("header", source.name());
            case COOKIE -> Map.of("cookie", source.name());
            case CLIENT_IP -> "clientIp";
        };
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of(
                "anyOf",
                List.of(
                        WordKind.only("clientIp").schema(),
                        JsonSchema.object(Map.of("header", NAME), List.of("header")),
                        JsonSchema.object(Map.of("cookie", NAME), List.of("cookie"))));
    }
}
