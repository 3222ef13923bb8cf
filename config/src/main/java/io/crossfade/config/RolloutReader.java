package io.crossfade.config;

import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.Risk;
import io.crossfade.config.RolloutSpec.Step;
import io.crossfade.config.RolloutSpec.UnitSource;
import io.crossfade.config.RolloutSpec.UnitSource.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the rollouts; upstreams must have been read before. */
final class RolloutReader {

    private static final Words<Risk> RISK =
            Words.of("low", Risk.LOW).or("medium", Risk.MEDIUM).or("critical", Risk.CRITICAL);
    private static final Words<Boolean> GATE = Words.of("goNoGo", true).or("none", false);
    private static final Words<String> AFFINITY = Words.of("user", "user");
    private static final UnitSource CLIENT_IP = new UnitSource(Kind.CLIENT_IP, "");
    private static final Words<UnitSource> UNIT_WORD = Words.of("clientIp", CLIENT_IP)
            .beside("{ header: NAME }", "{ cookie: NAME }")
            .lacking("claim");

    /** Where in a rollout's section the record's components stand that do not stand at its top. */
    private static final Map<String, String> KEYS =
            Map.of("canary", "variants.canary", "unitFrom", "unit.from", "salt", "unit.salt");

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
        section.unsupported("fallback", "waves", "segments", "overrides", "shadow");
        String name = names.declare(section.required("name", "a name"));
        Field written = section.optional("risk");
        Optional<Risk> risk = written.present() ? Optional.of(written.read(RISK, Risk.MEDIUM)) : Optional.empty();
        Variants variants = variants(section.required("variants", "variants: { baseline: ..., canary: ... }"));
        Unit unit = unit(section.section("unit"), name);
        List<Step> steps = steps(section, risk);
        int weight = section.read("weight", Units.WEIGHT, 0);
        Analysis analysis = AnalysisReader.read(section.optional("analysis"));
        return section.build(
                KEYS,
                () -> new RolloutSpec(
                        name,
                        risk.orElse(Risk.MEDIUM),
                        variants.baseline(),
                        variants.canary(),
                        unit.from(),
                        unit.salt(),
                        steps,
                        weight,
                        analysis));
    }

    private Variants variants(Field field) {
        Section section = field.section();
        Field baseline = section.required("baseline", "the name of an upstream");
        Field canary = section.required("canary", "the name of an upstream");
        Variants variants = new Variants(
                baseline.present() ? upstreams.refer(baseline) : "no-baseline",
                canary.present() ? upstreams.refer(canary) : "no-canary");
        return section.build(() -> variants).orElse(variants);
    }

    private Unit unit(Section section, String name) {
        List<UnitSource> from = new ArrayList<>();
        for (Field item : section.optional("from").atLeastOne()) {
            from.add(source(item));
        }
        section.read("affinity", AFFINITY, "user");
        Unit unit = new Unit(
                from.isEmpty() ? List.of(CLIENT_IP) : from,
                section.optional("salt").text(name));
        return section.build(() -> unit).orElse(unit);
    }

    private static UnitSource source(Field item) {
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
        Field weight = section.required("setWeight", "a percentage such as 5%");
        Field bake = risk.isEmpty()
                ? section.required("bake", Units.DURATION.expected() + "; or a risk class")
                : section.optional("bake");
        Duration bakeTime = bake.read(Units.DURATION, risk.map(Risk::bake).orElse(Duration.ZERO));
        boolean gate = section.read("gate", GATE, risk.map(Risk::gate).orElse(false));
        return section.build(
                Map.of("weight", "setWeight"),
                () -> new Step(weight.read(Units.WEIGHT, Units.BUCKETS), bakeTime, gate));
    }

    private record Variants(String baseline, String canary) {}

    private record Unit(List<UnitSource> from, String salt) {}
}
