package io.crossfade.admin.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Set;

/** The rules that keep the admin rooms apart; ours is the root of all our packages, admin the root of the admin rooms. */
final class Rules {
    private static final Set<String> VAGUE = Set.of("util", "utils", "common", "impl", "manager", "helper", "helpers");

    private final String ours;
    private final String admin;

    Rules(String ours, String admin) {
        this.ours = ours;
        this.admin = admin;
    }

    ArchRule cliKnowsTheApiOnly() {
        return everyClass("know of ours only admin.api when they belong to the CLI", (type, target) -> {
            boolean foreign = isIn(target, ours) && !isIn(target, admin + ".api") && !isIn(target, admin + ".cli");
            return isIn(type, admin + ".cli") && foreign
                    ? "the CLI speaks to a server that may be another version on another machine: it knows admin.api alone."
                            + " Put the record there, or let admin.app hand the behaviour in."
                    : "";
        });
    }

    ArchRule nobodyKnowsTheApp() {
        return everyClass(
                "leave admin.app alone",
                (type, target) -> isIn(target, admin + ".app") && !isIn(type, admin + ".app")
                        ? "admin.app wires everything and is known by nobody, else every room depends on every other."
                        : "");
    }

    ArchRule apiKnowsNobody() {
        return everyClass(
                "know of ours nothing when they belong to admin.api",
                (type, target) -> isIn(type, admin + ".api") && isIn(target, ours) && !isIn(target, admin + ".api")
                        ? "admin.api is the wire format: a change inside the proxy must not change it by accident."
                        : "");
    }

    ArchRule nettyInTheServerOnly() {
        return everyClass(
                "use Netty in admin.server only",
                (type, target) -> isIn(target, "io.netty") && !isIn(type, admin + ".server")
                        ? "only admin.server speaks Netty here; the CLI uses java.net.http."
                        : "");
    }

    ArchRule namesSaySomething() {
        return everyClass("live in packages with telling names", (type, target) -> {
            for (String word : type.getPackageName().split("\\.", -1)) {
                if (VAGUE.contains(word)) {
                    return "name the package after what it is about (docs/GLOSSARY.md).";
                }
            }
            return "";
        });
    }

    private static boolean isIn(JavaClass type, String prefix) {
        return type.getPackageName().equals(prefix) || type.getPackageName().startsWith(prefix + ".");
    }

    /** Says what is wrong with a class using another, or nothing. */
    private interface Check {
        String lesson(JavaClass type, JavaClass target);
    }

    private ArchRule everyClass(String description, Check check) {
        DescribedPredicate<JavaClass> rooms = DescribedPredicate.describe(
                "of the admin rooms",
                type -> isIn(type, admin) && !type.getSimpleName().equals("package-info"));
        ArchCondition<JavaClass> condition = new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaClass target : targets(type)) {
                    String lesson = check.lesson(type, target);
                    if (!lesson.isEmpty()) {
                        events.add(SimpleConditionEvent.violated(
                                type, type.getName() + " uses " + target.getName() + ": " + lesson));
                    }
                }
            }
        };
        return ArchRuleDefinition.classes().that(rooms).should(condition);
    }

    private static List<JavaClass> targets(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .distinct()
                .toList();
    }
}
