package io.crossfade.admin.architecture;

import io.crossfade.architecture.RulesHold;
import java.util.stream.Stream;

/** The rules of the admin rooms; {@code fixture} holds their offenders. */
class ArchitectureTest extends RulesHold<Rules> {
    private static final String FIXTURE = "io.crossfade.admin.architecture.fixture";

    ArchitectureTest() {
        super(new Rules("io.crossfade", "io.crossfade.admin"), new Rules(FIXTURE, FIXTURE), FIXTURE);
    }

    @Override
    protected Stream<Lesson<Rules>> lessons() {
        return Stream.of(
                new Lesson<>("CLI", Rules::cliKnowsTheApiOnly, "it knows admin.api alone"),
                new Lesson<>("app", Rules::nobodyKnowsTheApp, "is known by nobody"),
                new Lesson<>("api", Rules::apiKnowsNobody, "admin.api is the wire format"),
                new Lesson<>("Netty", Rules::nettyInTheServerOnly, "only admin.server speaks Netty"),
                new Lesson<>("names", Rules::names, "name the package after what it is about"));
    }
}
