package io.crossfade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.http.Refusal;
import io.crossfade.outcome.Outcome;
import io.crossfade.rollout.Event;
import io.crossfade.rollout.Metric;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.Verb;
import io.crossfade.rollout.analysis.Analysis;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the names in the reference pages against those in the code, in both directions. */
class ReferenceTest {
    @Test
    void everyMetricIsInThePageAndNoOther() {
        var exported = new TreeSet<String>();
        for (var source : Pages.files(Pages.ROOT.resolve("proxy-core/src/main/java/io/crossfade/observe"), ".java")) {
            exported.addAll(
                    Pages.find("\"((?:crossfade|resilience4j_circuitbreaker)_[a-z0-9_]+)\"", Pages.text(source)));
        }
        Set<String> page = new TreeSet<>(Pages.find("(?m)^\\| `([a-z0-9_]+)` \\|", page("reference/metrics.md")));
        assertThat(page).allMatch(name -> exported.contains(name.replaceAll("_total$", "")));
        assertThat(exported).allMatch(name -> page.contains(name) || page.contains(name + "_total"));
    }

    @Test
    void everyRefusalIsInThePageAndNoOther() {
        Set<String> words = new TreeSet<>();
        Arrays.stream(Refusal.values()).forEach(refusal -> words.add(refusal.word()));
        Set<String> page = new TreeSet<>();
        for (String cells : Pages.find("(?m)^\\| (`[a-z0-9_]+`[^|]*) \\|", page("reference/refusals.md"))) {
            page.addAll(Pages.find("`([a-z0-9_]+)`", cells));
        }
        assertThat(page).isEqualTo(words);
    }

    @Test
    void theReferenceAndTheRunbookNameTheSameErrorAnswers() {
        Set<String> reference = new TreeSet<>();
        for (String line : Pages.find("(?m)^- \\d{3} (.*)$", page("reference/refusals.md"))) {
            reference.addAll(Pages.find("`([a-z_]+)`", line));
        }
        Set<String> runbook = new TreeSet<>();
        for (String cell : Pages.find("(?m)^\\| \\d{3} \\| ([^|]*) \\|", page("runbook/error-answers.md"))) {
            runbook.addAll(Pages.find("`([a-z_]+)`", cell));
        }
        assertThat(reference).isNotEmpty().isEqualTo(runbook);
    }

    @Test
    void everyOutcomeIsInThePageAndWhetherItCounts() {
        String page = page("reference/metrics.md");
        String counted = page.substring(page.indexOf("count\nagainst a variant:"));
        for (Outcome outcome : Outcome.values()) {
            assertThat(page).contains("`" + outcome.word() + "`");
            assertThat(counted.contains("`" + outcome.word() + "`"))
                    .as(outcome.word())
                    .isEqualTo(outcome.failure());
        }
    }

    @Test
    void everyProblemTypeIsInThePage() {
        String source =
                Pages.text(Pages.ROOT.resolve("proxy-admin/src/main/java/io/crossfade/admin/server/ProblemType.java"));
        String page = page("reference/api.md");
        assertThat(Pages.find("(?m)^    ([A-Z_]+)\\(\\d{3}", source))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(page)
                        .contains("`" + name.toLowerCase(Locale.ROOT).replace('_', '-') + "`"));
    }

    @Test
    void everyReasonOfADecisionIsInThePages() throws Exception {
        Set<String> words = new TreeSet<>(Set.of(Event.OPERATOR));
        String decisions = room("rollout") + room("control");
        words.addAll(Pages.find(
                "new Event\\.(?:Held|RolledBack|StepWaits)\\(\\s*(?:now|at\\.now\\(\\)),(?: [\\w.]+,)? \"([a-z-]+)\"",
                decisions));
        for (String ofMetric : Pages.find("(?s)String reason\\(Analysis analysis\\) \\{(.*?)\n    }", decisions)) {
            words.addAll(Pages.find("(?:return|\\?|:) \"([a-z-]+)\"", ofMetric));
        }
        for (Metric metric : Metrics.ALL) { // one that says nothing finer gives its own word
            Method reason = metric.getClass().getMethod("reason", Analysis.class);
            words.addAll(reason.isDefault() ? Set.of(metric.word()) : Set.of());
        }
        words.addAll(Pages.find("Optional\\.of\\(\"([a-z-]+)\"\\)", decisions)); // what a metric holds for
        assertThat(words).hasSizeGreaterThan(8);

        String how = page("how-to/read-a-decision.md");
        String table = how.substring(how.indexOf("## The reason"), how.indexOf("## The numbers"));
        assertThat(new TreeSet<>(Pages.find("(?m)^\\| `([a-z-]+)` \\|", table))).isEqualTo(words);
        words.remove(Event.OPERATOR);
        assertThat(words)
                .allSatisfy(word -> assertThat(page("runbook/rolled-back.md")).contains("`" + word + "`"));
    }

    @Test
    void typesInThePagesAreThoseOfEventsAndOperations() {
        Set<String> events = new TreeSet<>();
        for (Class<?> event : Event.kinds()) {
            String name = event.getSimpleName();
            events.add(Character.toLowerCase(name.charAt(0)) + name.substring(1));
        }
        Set<String> selected = new TreeSet<>();
        Set<String> sent = new TreeSet<>();
        for (var file : Pages.all()) {
            selected.addAll(Pages.find("\\.type == \"([^\"]*)\"", Pages.text(file)));
            selected.addAll(Pages.find("\"seq\".*\"type\": *\"([^\"]*)\"", Pages.text(file)));
            sent.addAll(Pages.find("(?m)^(?!.*\"seq\").*\"type\": *\"([^\"]*)\"", Pages.text(file)));
        }
        assertThat(selected).contains("rolledBack", "held").isSubsetOf(events);
        List<String> operations = Arrays.stream(Verb.values())
                .map(verb -> verb.name().replace("_", ""))
                .toList();
        assertThat(sent)
                .isNotEmpty()
                .allSatisfy(word -> assertThat(operations).contains(word.toUpperCase(Locale.ROOT)));
    }

    /** All sources of a room of proxy-core. */
    private static String room(String name) throws IOException {
        try (Stream<Path> files = Files.list(Pages.ROOT.resolve("proxy-core/src/main/java/io/crossfade/" + name))) {
            return files.filter(Files::isRegularFile).sorted().map(Pages::text).collect(Collectors.joining());
        }
    }

    private static String page(String name) {
        return Pages.text(Pages.page(name));
    }
}
