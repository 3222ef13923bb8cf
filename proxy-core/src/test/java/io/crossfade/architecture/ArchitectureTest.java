package io.crossfade.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the proxy; {@code fixture} holds their offenders. */
class ArchitectureTest extends RulesHold<Rules> {
    private static final String FIXTURE = "io.crossfade.architecture.fixture";

    ArchitectureTest() {
        super(new Rules("io.crossfade"), new Rules(FIXTURE), FIXTURE);
    }

    @Override
    protected Stream<Lesson<Rules>> lessons() {
        return Stream.of(
                new Lesson<>("directions", Rules::directions, "room route may know []"),
                new Lesson<>("one read", Rules::oneReadOfTheSnapshot, "Hand on the Snapshot that begin was given"),
                new Lesson<>("rooms", Rules::rooms, "which has no place in the order yet"),
                new Lesson<>("names", Rules::names, "name the package after what it is about"),
                new Lesson<>(
                        "no circle",
                        Rules::noCircle,
                        "The classes exchange.Asks -> exchange.Gives -> exchange.Asks know each other in a circle"),
                new Lesson<>("libraries", Rules::libraries, "io.github.resilience4j is used only in [admit]"),
                new Lesson<>("JDK only", Rules::jdkOnly, "room assign uses the JDK only"),
                new Lesson<>("pure rollout", Rules::pureRollout, "rollout decides from its arguments alone"),
                new Lesson<>("strict math", Rules::strictMath, "Use StrictMath"));
    }

    /** One beside the reader, and one that asks the reader a second time. */
    @Test
    void bothKindsOfASecondReadAreSeen() {
        var report = rulesOfOffenders.oneReadOfTheSnapshot().evaluate(offenders).getFailureReport();
        assertThat(report.toString()).contains("Impatient.readsItself", "Impatient.asksAgain");
    }

    @Test
    void everyKindOfImpurityIsSeen() {
        var report = rulesOfOffenders.pureRollout().evaluate(offenders).getFailureReport();
        assertThat(report.toString())
                .contains("System.nanoTime", "Math.random", "java.lang.Thread", "java.nio.file.Path", "java.util.UUID")
                .doesNotContain("java.time.Duration", "System.arraycopy");
    }

    @Test
    void aCircleThroughNestedClassesAndSeveralRoomsIsSeen() {
        assertThat(rulesOfOffenders.circles(offenders)).contains(List.of("http.Inner", "upstream.Outer", "http.Inner"));
    }

    @Test
    void noCircleIsExcusedThatIsGone() {
        Set<String> inCircles = new TreeSet<>();
        rules.circles(ours).forEach(inCircles::addAll);
        for (Set<String> old : Rules.OLD_CIRCLES) {
            assertThat(inCircles)
                    .as("classes of OLD_CIRCLES that know each other in a circle; take the others out of that table")
                    .containsAll(old);
        }
    }
}
