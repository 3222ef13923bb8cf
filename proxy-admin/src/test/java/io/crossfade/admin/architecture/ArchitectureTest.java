package io.crossfade.admin.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every rule against our own classes, and proves with an offender that the rule can fail and what it then says. */
class ArchitectureTest {
    private static final String FIXTURE = "io.crossfade.admin.architecture.fixture";
    private static final JavaClasses OURS = new ClassFileImporter().importPath(Path.of("target/classes"));
    private static final JavaClasses OFFENDERS =
            new ClassFileImporter().importPath(Path.of("target/test-classes", FIXTURE.replace('.', '/')));

    /** Each rule and the lesson it teaches the offender in {@code fixture}. */
    static Stream<Arguments> rules() {
        return Stream.of(
                rule("CLI", Rules::cliKnowsTheApiOnly, "it knows admin.api alone"),
                rule("app", Rules::nobodyKnowsTheApp, "is known by nobody"),
                rule("api", Rules::apiKnowsNobody, "admin.api is the wire format"),
                rule("Netty", Rules::nettyInTheServerOnly, "only admin.server speaks Netty"),
                rule("names", Rules::namesSaySomething, "name the package after what it is about"));
    }

    private static Arguments rule(String name, Function<Rules, ArchRule> rule, String lesson) {
        return Arguments.of(Named.of(name, rule), lesson);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void ourClassesKeepIt(Function<Rules, ArchRule> rule) {
        rule.apply(new Rules("io.crossfade", "io.crossfade.admin")).check(OURS);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void anOffenderIsCaughtAndTaught(Function<Rules, ArchRule> rule, String lesson) {
        var result = rule.apply(new Rules(FIXTURE, FIXTURE)).evaluate(OFFENDERS);
        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().toString()).contains(lesson);
    }
}
