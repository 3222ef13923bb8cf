package io.crossfade.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every rule of a module against the module's own classes. Proves with an offender that the rule can fail, and
 * what it then says.
 *
 * @param <R> the module's rules
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RulesHold<R extends RuleBook> {
    protected final JavaClasses ours = new ClassFileImporter().importPath(Path.of("target/classes"));
    protected final JavaClasses offenders;
    protected final R rules;
    protected final R rulesOfOffenders;

    /** {@code fixture} is the package of the offenders, at least one a rule. */
    protected RulesHold(R rules, R rulesOfOffenders, String fixture) {
        this.rules = rules;
        this.rulesOfOffenders = rulesOfOffenders;
        this.offenders = new ClassFileImporter().importPath(Path.of("target/test-classes", fixture.replace('.', '/')));
    }

    /** A rule, and the words with which it teaches its offender. */
    public record Lesson<R>(String name, Function<R, ArchRule> rule, String words) {
        @Override
        public String toString() {
            return name;
        }
    }

    protected abstract Stream<Lesson<R>> lessons();

    @ParameterizedTest
    @MethodSource("lessons")
    void ourClassesKeepIt(Lesson<R> lesson) {
        lesson.rule().apply(rules).check(ours);
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void anOffenderIsCaughtAndTaught(Lesson<R> lesson) {
        var result = lesson.rule().apply(rulesOfOffenders).evaluate(offenders);
        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().toString()).contains(lesson.words());
    }
}
