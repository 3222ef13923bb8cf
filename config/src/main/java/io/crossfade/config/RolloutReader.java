package io.crossfade.config;

import io.crossfade.config.RolloutSpec.Risk;
import io.crossfade.config.RolloutSpec.Step;
import io.crossfade.config.RolloutSpec.UnitSource;
import io.crossfade.config.RolloutSpec.UnitSource.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the rollouts; upstreams must have been read before. */
final class RolloutReader {

    private static final Shape<RolloutSpec> ROLLOUT = Shape.of(RolloutSpec.class);
    private static final Shape<Step> STEP = Shape.of(Step.class);
    private static final UnitSource CLIENT_IP = new UnitSource(Kind.CLIENT_IP, "");
    private static final Words<UnitSource> UNIT_WORD = Words.of("clientIp", CLIENT_IP)
            .beside("{ header: NAME }", "{ cookie: NAME }")
            .lacking("claim");

    private final Names upstreams;
    private final Names names;

    RolloutReader(Names upstreams, Names names) {
        this.upstreams = upstreams;
        this.names = names;
    }

    List<RolloutSpec> read(Field list) {
        List<RolloutSpec> rollouts = new ArrayList<>();
        for (Field item : list.items()) {
            rollout(item.section()).ifPresent(rollouts::add);
        }
        return rollouts;
    }

    private Optional<RolloutSpec> rollout(Section section) {
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        String name = names.declare(ROLLOUT.ask(section, "name"));
        given.put("name", name);
        Field release = section.optional("release");
        given.put("release", release.present() ? release.text("0") : null);
        Field written = section.optional("risk");
        Optional<Risk> risk =
                written.present() ? Optional.of((Risk) ROLLOUT.read(written, "risk", Risk.MEDIUM)) : Optional.empty();
        given.put("risk", risk.orElse(Risk.MEDIUM));
        Section variants = section.required("variants", "variants: { baseline: ..., canary: ... }")
                .section();
        given.put("baseline", variant(variants, "baseline"));
        given.put("canary", variant(variants, "canary"));
        Section unit = section.section("unit");
        given.put("unitFrom", from(unit.optional("from")));
        given.put("salt", unit.optional("salt").text(name));
        given.put("steps", steps(section, risk));
        given.put("weight", section.optional("weight").read(Units.WEIGHT, 0));
        return ROLLOUT.read(section, given, Map.of("variants", variants, "unit", unit));
    }

    private String variant(Section variants, String variant) {
        Field upstream = ROLLOUT.ask(variants, variant);
        return upstream.present() ? upstreams.refer(upstream) : "no-" + variant;
    }

    private static List<UnitSource> from(Field list) {
        List<UnitSource> from = new ArrayList<>();
        for (Field item : list.atLeastOne()) {
            from.add(source(item));
        }
        return from.isEmpty() ? List.of(CLIENT_IP) : from;
    }

    static UnitSource source(Field item) {
        if (item.scalar()) {
            return item.read(UNIT_WORD, CLIENT_IP);
        }
        Section section = item.section();
        section.unsupported("claim");
        Field key = section.has("claim") ? section.optional("header") : section.eitherOf("header", "cookie");
        boolean cookie = key.path().endsWith(".cookie");
        String name = key.text("x");
        return section.build(
                        Map.of("name", cookie ? "cookie" : "header"),
                        () -> cookie
                                ? new UnitSource(Kind.COOKIE, name)
                                : new UnitSource(Kind.HEADER, name.toLowerCase(Locale.ROOT)))
                .orElse(CLIENT_IP);
    }

    private static List<Step> steps(Section section, Optional<Risk> risk) {
        Field list = section.optional("steps");
        Field weight = section.optional("weight");
        if (list.present() && weight.present()) {
            weight.problem("weight beside steps (expected: one of them)");
        }
        if (!list.present()) {
            return weight.present() ? List.of() : risk.map(Risk::steps).orElse(List.of());
        }
        List<Step> steps = new ArrayList<>();
        for (Field item : list.atLeastOne()) {
            step(item.section(), risk).ifPresent(steps::add);
        }
        return steps;
    }

    private static Optional<Step> step(Section section, Optional<Risk> risk) {
        Field weight = STEP.ask(section, "setWeight");
        Field bake = risk.isEmpty()
                ? section.required("bake", Units.DURATION.expected() + "; or a risk class")
                : section.optional("bake");
        Duration bakeTime = bake.read(Units.DURATION, risk.map(Risk::bake).orElse(Duration.ZERO));
        Object gate =
                STEP.read(section.optional("gate"), "gate", risk.map(Risk::gate).orElse(false));
        return STEP.read(
                section, Map.of("weight", weight.read(Units.WEIGHT, Units.BUCKETS), "bake", bakeTime, "gate", gate));
    }
}
