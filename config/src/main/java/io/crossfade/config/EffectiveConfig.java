package io.crossfade.config;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * A configuration with every default filled in. Values are texts, numbers, booleans, lists and maps; keys are those of the file.
 */
public final class EffectiveConfig {

    private EffectiveConfig() {}

    /** In the words and units of the file. */
    public static Map<String, Object> of(Config config) {
        return view(config, Kind.Style.FILE);
    }

    /** As {@link #of}, but the sizes of the sections admin, limits and control are numbers of bytes. */
    public static Map<String, Object> inNumbers(Config config) {
        return view(config, Kind.Style.NUMBERS);
    }

    /** A file that loads as this very configuration, placeholders filled. */
    public static String yaml(Config config) {
        return YAMLMapper.builder()
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
                .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build()
                .writeValueAsString(of(config));
    }

    private static Map<String, Object> view(Config config, Kind.Style style) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("version", 1);
        view.putAll(Shape.of(Config.class).show(config, style));
        view.put(
                "routes",
                config.routes().stream().map(route -> route(route, style)).toList());
        view.put(
                "rollouts",
                config.rollouts().stream()
                        .map(rollout -> rollout(rollout, style))
                        .toList());
        return view;
    }

    private static Map<String, Object> route(RouteRule route, Kind.Style style) {
        Map<String, Object> view = Shape.of(RouteRule.class).show(route, style);
        view.computeIfPresent("maxBody", (key, bytes) -> Units.showSize(route.maxBody()));
        if (route.rollout() == null) {
            view.remove("recall");
        }
        return view;
    }

    /** The weight belongs to a rollout that is driven by hand. */
    private static Map<String, Object> rollout(RolloutSpec rollout, Kind.Style style) {
        Map<String, Object> view = Shape.of(RolloutSpec.class).show(rollout, style);
        if (!rollout.steps().isEmpty()) {
            view.remove("weight");
        }
        return view;
    }
}
