package io.crossfade.architecture;

import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The rules that keep the rooms of the proxy apart, for the packages below one root. */
final class Rules {
    private static final String DATA_PLANE = "config http route assign outcome admit upstream observe";

    /** Which rooms a room may know, itself aside. A room that is not listed here may not exist. */
    private static final Map<String, Set<String>> MAY_KNOW = new TreeMap<>(Map.ofEntries(
            entry("http", rooms("config")),
            entry("route", rooms("")),
            entry("assign", rooms("route")),
            entry("outcome", rooms("route assign")),
            entry("admit", rooms("config route assign outcome")),
            entry("upstream", rooms("config http route assign outcome admit")),
            entry("observe", rooms("config route assign outcome")),
            entry("snapshot", rooms(DATA_PLANE)),
            entry("exchange", rooms(DATA_PLANE + " snapshot")),
            entry("rollout.analysis", rooms("")),
            entry("rollout", rooms("rollout.analysis")),
            entry("control", rooms("config assign observe rollout rollout.analysis")),
            entry("runtime", rooms(DATA_PLANE + " snapshot exchange rollout rollout.analysis control"))));

    private static final Set<String> JDK_ONLY = rooms("route assign outcome rollout rollout.analysis");

    private static final Map<String, Set<String>> LIBRARY_ROOMS = new TreeMap<>(Map.of(
            "io.netty", rooms("http exchange upstream runtime"),
            "io.github.resilience4j", rooms("admit"),
            "io.micrometer", rooms("observe"),
            "io.prometheus", rooms("observe")));

    private static final Set<String> VAGUE = Set.of("util", "utils", "common", "impl", "manager", "helper", "helpers");

    private static final Set<String> IMPURE_PACKAGES = Set.of(
            "java.io",
            "java.net",
            "java.nio",
            "java.sql",
            "java.security",
            "java.util.concurrent",
            "java.util.logging",
            "java.util.random",
            "java.time");

    private static final Set<String> IMPURE_CLASSES = Set.of(
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.util.Calendar",
            "java.util.Date",
            "java.util.Random",
            "java.util.Scanner",
            "java.util.SplittableRandom",
            "java.util.Timer",
            "java.util.UUID");

    /** What {@link Math} computes exactly on every machine; the rest must come from StrictMath. */
    private static final Set<String> EXACT_MATH = Set.of(
            "abs",
            "absExact",
            "addExact",
            "ceil",
            "ceilDiv",
            "copySign",
            "decrementExact",
            "floor",
            "floorDiv",
            "floorMod",
            "incrementExact",
            "max",
            "min",
            "multiplyExact",
            "multiplyHigh",
            "negateExact",
            "nextDown",
            "nextUp",
            "rint",
            "round",
            "signum",
            "sqrt",
            "subtractExact",
            "toIntExact");

    private final String root;

    Rules(String root) {
        this.root = root;
    }

    ArchRule directions() {
        return everyClass("know only the rooms before its own", (type, events) -> {
            String room = room(type);
            Set<String> allowed = MAY_KNOW.getOrDefault(room, Set.of());
            targets(type).forEach(target -> {
                String other = room(target);
                if (inRoot(target) && !other.equals(room) && !allowed.contains(other)) {
                    report(
                            type,
                            events,
                            "%s uses %s: room %s may know %s. Hand the value in as an argument, or let"
                                            .formatted(type.getName(), target.getName(), room, allowed)
                                    + " exchange (a request) or runtime (the wiring) bring the two together.");
                }
            });
        });
    }

    ArchRule rooms() {
        return everyClass("live in a room with a name from the glossary", (type, events) -> {
            String room = room(type);
            for (String word : room.split("\\.", -1)) {
                if (VAGUE.contains(word)) {
                    report(
                            type,
                            events,
                            type.getName() + " lives in a package named " + word
                                    + ": name the package after what it is about (docs/GLOSSARY.md).");
                }
            }
            if (!MAY_KNOW.containsKey(room) && !room.equals("config")) {
                report(
                        type,
                        events,
                        "%s lives in room '%s', which has no place in the order yet: add it to MAY_KNOW in"
                                        .formatted(type.getName(), room)
                                + " Rules and to the code map in docs/ARCHITECTURE.md.");
            }
        });
    }

    ArchRule libraries() {
        return everyClass(
                "use a library only where its walls are",
                (type, events) -> targets(type)
                        .forEach(target -> LIBRARY_ROOMS.forEach((library, rooms) -> {
                            if (isIn(target, library) && !rooms.contains(room(type))) {
                                report(
                                        type,
                                        events,
                                        "%s uses %s: %s is used only in %s, so that it can be replaced there."
                                                .formatted(type.getName(), target.getName(), library, rooms));
                            }
                        })));
    }

    ArchRule jdkOnly() {
        return everyClass("use nothing but the JDK in " + JDK_ONLY, (type, events) -> {
            if (JDK_ONLY.contains(room(type))) {
                targets(type).forEach(target -> {
                    if (!inRoot(target) && !isIn(target, "java") && !isIn(target, "org.jspecify")) {
                        report(
                                type,
                                events,
                                "%s uses %s: room %s uses the JDK only, so that it can be tested and replayed"
                                                .formatted(type.getName(), target.getName(), room(type))
                                        + " anywhere.");
                    }
                });
            }
        });
    }

    ArchRule pureRollout() {
        return everyClass("decide without clock, thread, IO, logging or chance in rollout", (type, events) -> {
            if (!isPure(type)) {
                return;
            }
            targets(type).forEach(target -> {
                if (IMPURE_CLASSES.contains(target.getName())
                        || IMPURE_PACKAGES.stream().anyMatch(p -> isIn(target, p) && !isDuration(target))) {
                    report(type, events, impure(type, target.getName()));
                }
            });
            type.getAccessesFromSelf().stream()
                    .filter(Rules::asksTheWorld)
                    .forEach(access ->
                            report(type, events, impure(type, access.getTarget().getFullName())));
        });
    }

    ArchRule strictMath() {
        return everyClass("compute with StrictMath in rollout.analysis", (type, events) -> {
            if (!room(type).equals("rollout.analysis")) {
                return;
            }
            type.getAccessesFromSelf().stream()
                    .filter(access -> access.getTargetOwner().getName().equals("java.lang.Math"))
                    .filter(access -> !EXACT_MATH.contains(access.getTarget().getName()))
                    .forEach(access -> report(
                            type,
                            events,
                            "%s calls %s: Math may differ in the last bit between machines,"
                                            .formatted(
                                                    type.getName(),
                                                    access.getTarget().getFullName())
                                    + " and then a replay gives another verdict. Use StrictMath."));
        });
    }

    private static boolean asksTheWorld(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return (owner.equals("java.lang.System") && !name.equals("arraycopy") && !name.equals("identityHashCode"))
                || (owner.equals("java.lang.Math") && name.equals("random"));
    }

    private static String impure(JavaClass type, String what) {
        return "%s uses %s: rollout decides from its arguments alone. Let control put the instant or the number into the Input."
                .formatted(type.getName(), what);
    }

    private boolean isPure(JavaClass type) {
        String room = room(type);
        return room.equals("rollout") || room.equals("rollout.analysis");
    }

    private static boolean isDuration(JavaClass target) {
        return target.getName().equals("java.time.Duration");
    }

    private static List<JavaClass> targets(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(target -> !target.isPrimitive())
                .distinct()
                .toList();
    }

    private boolean inRoot(JavaClass type) {
        return isIn(type, root);
    }

    private static boolean isIn(JavaClass type, String prefix) {
        return type.getPackageName().equals(prefix) || type.getPackageName().startsWith(prefix + ".");
    }

    private String room(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(root + ".") ? name.substring(root.length() + 1) : "";
    }

    private static Set<String> rooms(String names) {
        return names.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(names.split(" ", -1)));
    }

    private static void report(JavaClass type, ConditionEvents events, String message) {
        events.add(SimpleConditionEvent.violated(type, message));
    }

    private interface Check {
        void accept(JavaClass type, ConditionEvents events);
    }

    private ArchRule everyClass(String description, Check check) {
        DescribedPredicate<JavaClass> ours = DescribedPredicate.describe(
                "of Crossfade", type -> inRoot(type) && !type.getSimpleName().equals("package-info"));
        return ArchRuleDefinition.classes().that(ours).should(new ArchCondition<JavaClass>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                check.accept(type, events);
            }
        });
    }
}
