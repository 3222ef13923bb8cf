package io.crossfade.architecture;

import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The rules that keep the rooms of the proxy apart, for the packages below one root. */
final class Rules extends RuleBook {
    private static final Set<String> DATA_PLANE =
            rooms("socket http route assign outcome admit upstream observe snapshot exchange client");

    /**
     * Circles of classes that were there before the rule against them. A class may leave this table; none may come in.
     * Names are those of the classes below the root.
     */
    static final List<Set<String>> OLD_CIRCLES = List.of();

    /** Which rooms a room may know, itself aside. A room that is not listed here may not exist. */
    private static final Map<String, Set<String>> MAY_KNOW = new TreeMap<>(Map.ofEntries(
            entry("socket", rooms("config")),
            entry("http", rooms("config")),
            entry("route", rooms("")),
            entry("assign", rooms("")),
            entry("outcome", rooms("")),
            entry("admit", rooms("outcome")),
            entry("upstream", rooms("socket http outcome")),
            entry("observe", rooms("outcome admit")),
            entry("snapshot", rooms("config http route assign outcome admit upstream")),
            entry("exchange", rooms("config http route assign outcome admit upstream observe snapshot")),
            entry("client", rooms("config socket http observe snapshot exchange")),
            entry("rollout.analysis", rooms("")),
            entry("rollout", rooms("rollout.analysis")),
            entry("control", rooms("config observe rollout rollout.analysis")),
            entry(
                    "runtime",
                    rooms("config socket http route assign outcome admit upstream observe snapshot exchange client"
                            + " rollout rollout.analysis control"))));

    /** Where a request passes; these rooms get the snapshot as an argument. */
    private static final Set<String> PASSED_BY_REQUESTS = rooms("socket http client exchange upstream admit");

    private static final Set<String> JDK_ONLY = rooms("route assign outcome rollout rollout.analysis");

    private static final Map<String, Set<String>> LIBRARY_ROOMS = new TreeMap<>(Map.of(
            "io.netty", rooms("socket http client exchange upstream runtime"),
            "io.github.resilience4j", rooms("admit"),
            "io.micrometer", rooms("observe"),
            "io.prometheus", rooms("observe")));

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
        super(root);
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

    /** Twice read, a request could be routed by one configuration and sent by another. */
    ArchRule oneReadOfTheSnapshot() {
        return everyClass("read the snapshot once for each request", (type, events) -> {
            if (!PASSED_BY_REQUESTS.contains(room(type))) {
                return;
            }
            List<JavaMethodCall> reads = calls(type, root + ".snapshot.Snapshots", "current");
            boolean isReader = type.getSimpleName().equals("EdgeLoop");
            if (!isReader) {
                reads.forEach(read -> report(type, events, secondRead(read)));
                return;
            }
            List<JavaMethodCall> asked = type.getMethod("snapshot").getCallsOfSelf().stream()
                    .filter(call -> !call.getOriginOwner().equals(type))
                    .toList();
            if (asked.size() > 1) {
                asked.forEach(ask -> report(type, events, secondRead(ask)));
            }
        });
    }

    private static List<JavaMethodCall> calls(JavaClass type, String owner, String method) {
        return type.getMethodCallsFromSelf().stream()
                .filter(call -> call.getTargetOwner().getName().equals(owner)
                        && call.getTarget().getName().equals(method))
                .toList();
    }

    private static String secondRead(JavaMethodCall read) {
        return "%s reads the snapshot in force, which is read once for a request, where its head is scanned, so that all of the"
                        .formatted(read.getOrigin().getFullName())
                + " request sees one configuration. Hand on the Snapshot that begin was given, or what was found in it.";
    }

    ArchRule rooms() {
        return everyClass("live in a room of the order", (type, events) -> {
            String room = room(type);
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

    ArchRule noCircle() {
        return allClasses(
                "know each other in no circle in the data plane",
                classes -> circles(classes).stream()
                        .filter(circle -> OLD_CIRCLES.stream().noneMatch(old -> old.containsAll(circle)))
                        .map(
                                circle ->
                                        "The classes %s know each other in a circle, so none can be read, tested or replaced"
                                                        .formatted(String.join(" -> ", circle))
                                                + " alone. Let the inner one return a value, or let it speak to an interface of its own room"
                                                + " that the outer one implements, as an upstream does with its UpstreamReceiver.")
                        .toList());
    }

    /** The circles in the data plane, by names below the root. */
    List<List<String>> circles(Collection<JavaClass> classes) {
        return new Circles(classes, type -> DATA_PLANE.contains(room(type)))
                .shortest().stream()
                        .map(circle -> circle.stream()
                                .map(name -> name.substring(root.length() + 1))
                                .toList())
                        .toList();
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

    private boolean inRoot(JavaClass type) {
        return isIn(type, root);
    }

    private String room(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(root + ".") ? name.substring(root.length() + 1) : "";
    }

    private static Set<String> rooms(String names) {
        return names.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(names.split(" ", -1)));
    }
}
