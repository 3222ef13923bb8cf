package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule is needed, and where it stands is: with another list of rules some script goes another way. */
final class RulesTest {
    /** All lists of rules but the right one in which one is missing, or all are there in another order. */
    static Stream<List<Rule>> wrong() {
        List<Rule> right = RolloutDecider.ORDER;
        Stream<List<Rule>> without = right.stream()
                .map(rule -> right.stream().filter(other -> other != rule).toList());
        Stream<List<Rule>> swapped = permutations(right).filter(order -> !order.equals(right));
        return Stream.concat(without, swapped);
    }

    private static Stream<List<Rule>> permutations(List<Rule> rules) {
        if (rules.isEmpty()) {
            return Stream.of(List.of());
        }
        return rules.stream().flatMap(first -> {
            List<Rule> others = rules.stream().filter(rule -> rule != first).toList();
            return permutations(others).map(rest -> {
                List<Rule> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                return order;
            });
        });
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void someScriptTellsAWrongListOfRules(List<Rule> order) throws IOException {
        assertThat(ScriptTest.scripts().stream()
                        .filter(script -> !goes(script, order).equals(Golden.read(script)))
                        .findFirst())
                .as("a script that goes another way by %s", order)
                .isPresent();
    }

    /** What a freeze needs: nothing happens, and no rule behind it is asked. */
    @Test
    void aRuleMayEndTheLookWithNothingHappening() {
        String healthy = "plan 10%/1m 100%/1m\n> 0s start\n> 30s seen baseline=9000/0 canary=1000/0\n> 60s tick\n";
        List<Rule> frozen = new ArrayList<>(RolloutDecider.ORDER);
        frozen.add(2, at -> Optional.of(List.of()));
        assertThat(Script.run(healthy)).contains("StepEntered step=1");
        assertThat(Script.run(healthy, frozen)).doesNotContain("StepEntered step=1");
        String failing = healthy + "> 61s seen baseline=900/0 canary=100/50\n> 62s seen baseline=9/0\n";
        assertThat(Script.run(failing, frozen)).contains("RolledBack");
    }

    private static String goes(Path script, List<Rule> order) {
        try {
            return Script.run(Golden.read(script), order);
        } catch (RuntimeException lost) { // a rule met a state that the rule before it rules out
            return lost.toString();
        }
    }
}
