package io.crossfade.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What the rules of every module are made of. A rule looks at each class below one root. */
public abstract class RuleBook {
    private static final Set<String> VAGUE = Set.of("util", "utils", "common", "impl", "manager", "helper", "helpers");

    private final String root;

    /** The rules look at the classes below {@code root}. */
    protected RuleBook(String root) {
        this.root = root;
    }

    /** Reports what is wrong with a class. */
    protected interface Check {
        void accept(JavaClass type, ConditionEvents events);
    }

    /** Says what is wrong with a class that uses another, or nothing. */
    protected interface Use {
        String lesson(JavaClass type, JavaClass target);
    }

    public final ArchRule names() {
        return everyClass("live in packages with telling names", (type, events) -> {
            for (String word : type.getPackageName().split("\\.", -1)) {
                if (VAGUE.contains(word)) {
                    report(
                            type,
                            events,
                            type.getName() + " lives in a package named " + word
                                    + ": name the package after what it is about (docs/GLOSSARY.md).");
                }
            }
        });
    }

    protected final ArchRule everyUse(String description, Use use) {
        return everyClass(
                description,
                (type, events) -> targets(type).forEach(target -> {
                    String lesson = use.lesson(type, target);
                    if (!lesson.isEmpty()) {
                        report(type, events, "%s uses %s: %s".formatted(type.getName(), target.getName(), lesson));
                    }
                }));
    }

    protected final ArchRule everyClass(String description, Check check) {
        return classesOfRoot().should(new ArchCondition<JavaClass>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                check.accept(type, events);
            }
        });
    }

    /** A rule for all classes together; {@code check} says what is wrong with them. */
    protected final ArchRule allClasses(String description, Function<Collection<JavaClass>, List<String>> check) {
        return classesOfRoot().should(new ArchCondition<JavaClass>(description) {
            private List<String> wrong = List.of();

            @Override
            public void init(Collection<JavaClass> classes) {
                wrong = check.apply(classes);
            }

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                // Nothing is wrong with one class alone.
            }

            @Override
            public void finish(ConditionEvents events) {
                wrong.forEach(message -> events.add(SimpleConditionEvent.violated(root, message)));
            }
        });
    }

    private GivenClassesConjunction classesOfRoot() {
        return ArchRuleDefinition.classes()
                .that(DescribedPredicate.describe(
                        "of " + root,
                        type -> isIn(type, root) && !type.getSimpleName().equals("package-info")));
    }

    protected static void report(JavaClass type, ConditionEvents events, String message) {
        events.add(SimpleConditionEvent.violated(type, message));
    }

    /** The classes that a class knows; of an array its component. */
    protected static List<JavaClass> targets(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(target -> !target.isPrimitive())
                .distinct()
                .toList();
    }

    protected static boolean isIn(JavaClass type, String prefix) {
        return type.getPackageName().equals(prefix) || type.getPackageName().startsWith(prefix + ".");
    }
}
