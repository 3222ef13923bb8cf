package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Identity;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** A name is not a rollout: who has it is said by variants, salt and release. */
final class AnotherRolloutTest {
    private static final Plan FIRST = Bench.steps(10_000, 60_000, 100_000, 60_000);
    private static final Plan SECOND = Bench.as(FIRST, new Identity("legacy", "next", "orders", "2"));

    @TempDir
    Path folder;

    static Stream<Identity> others() {
        return Stream.of(
                new Identity("next", "next2", "orders", ""),
                new Identity("legacy", "next2", "orders", ""),
                new Identity("legacy", "next", "pepper", ""),
                new Identity("legacy", "next", "orders", "2"));
    }

    /** The next release reuses the name after the first is done; the journal must not put everybody on it. */
    @ParameterizedTest
    @MethodSource("others")
    void beginsAsADraftWhereTheFormerOneIsDone(Identity other) {
        Plan next = Bench.as(FIRST, other);
        try (Bench bench = new Bench(folder, FIRST)) {
            complete(bench);
        }
        try (Bench bench = new Bench(folder, next)) {
            isAFreshDraft(bench);
            assertThat(bench.status().next()).startsWith("waits for start; a new rollout: ");
            assertThat(bench.ask(Verb.START).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.status().attempt()).isEqualTo(1);
            assertThat(bench.weight()).isEqualTo(10_000);
        }
        try (Bench bench = new Bench(folder, next)) {
            assertThat(bench.status().phase()).as("it is told once").isEqualTo("baking");
        }
    }

    @Test
    void aCanaryReplacedInTheMiddleTakesNobodyWithIt() {
        try (Bench bench = new Bench(folder, FIRST)) {
            bench.ask(Verb.START);
            bench.feed.succeed(0, 9_000, 1_000);
            bench.feed.fail(0, true, 2);
            bench.pass(1_000);
            bench.configure(Bench.numbered(SECOND));
            isAFreshDraft(bench);
            assertThat(bench.control.eventsAfter(3, 10))
                    .extracting(ControlApi.JournaledEvent::type)
                    .containsExactly("replaced");
            assertThat(bench.status().release()).isEqualTo("2");
            bench.feed.fail(0, true, 50);
            bench.feed.settle();
            isAFreshDraft(bench);
        }
        try (Bench bench = new Bench(folder, SECOND)) {
            isAFreshDraft(bench);
        }
    }

    /** Endpoints are none of it, so a climb by another plan goes on. */
    @Test
    void anotherPlanIsNotAnotherRollout() {
        try (Bench bench = new Bench(folder, FIRST)) {
            bench.ask(Verb.START);
            bench.configure(Bench.numbered(Bench.steps(10_000, 30_000, 100_000, 60_000)));
            bench.feed.settle();
            assertThat(bench.status().phase()).isEqualTo("baking");
            assertThat(bench.weight()).isEqualTo(10_000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasTakenOutAndComesBackBeginsAnew(boolean done) {
        try (Bench bench = new Bench(folder, FIRST)) {
            if (done) {
                complete(bench);
            } else {
                bench.ask(Verb.START);
            }
            bench.configure(List.of());
            bench.configure(Bench.numbered(FIRST));
            bench.feed.settle();
            isAFreshDraft(bench);
            assertThat(bench.status().next()).contains("it was taken out of the configuration and is back");
        }
        try (Bench bench = new Bench(folder, FIRST)) {
            isAFreshDraft(bench);
        }
    }

    /** The process was down when it was taken out. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasTakenOutWhileNobodyLookedBeginsAnewToo(boolean done) throws IOException {
        try (Bench bench = new Bench(folder, FIRST)) {
            if (done) {
                complete(bench);
            } else {
                bench.ask(Verb.START);
            }
        }
        for (int i = 0; i < 2; i++) {
            try (Bench bench = new Bench(folder)) {
                assertThat(bench.control.statuses()).isEmpty();
            }
        }
        assertThat(journal().filter(line -> line.contains("\"type\":\"removed\"")))
                .hasSize(1);
        assertThat(journal().anyMatch(line -> line.contains("\"reason\":\"removed\"")))
                .isEqualTo(!done);
        try (Bench bench = new Bench(folder, FIRST)) {
            isAFreshDraft(bench);
            assertThat(bench.ask(Verb.START).result()).isEqualTo(Result.ACCEPTED);
        }
    }

    @Test
    void byHandItBeginsByItselfOnlyTheFirstTime() {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            assertThat(bench.weight()).isEqualTo(10_000);
        }
        Plan release = Bench.as(Bench.manual("orders", 10_000), new Identity("legacy", "next", "orders", "2"));
        try (Bench bench = new Bench(folder, release)) {
            bench.pass(2_000);
            isAFreshDraft(bench);
            bench.configure(List.of());
            bench.configure(Bench.numbered(release));
            bench.pass(2_000);
            isAFreshDraft(bench);
            bench.ask(Verb.START);
            assertThat(bench.weight()).isEqualTo(10_000);
        }
        try (Bench bench = new Bench(folder, release)) {
            assertThat(bench.weight()).isEqualTo(10_000);
        }
    }

    /** Builds before this one did not write which rollout it is. */
    @Test
    void anOldJournalTakesTheIdentityOfTheFileOnce() throws IOException {
        try (Bench bench = new Bench(folder, FIRST)) {
            bench.ask(Verb.START);
        }
        forgetIdentities();
        try (Bench bench = new Bench(folder, FIRST)) {
            assertThat(bench.status().phase()).isEqualTo("baking");
            assertThat(bench.weight()).isEqualTo(10_000);
        }
        assertThat(journal()).last().asString().contains("\"type\":\"identified\"", "\"canary\":\"next\"");
        try (Bench bench = new Bench(folder, SECOND)) {
            isAFreshDraft(bench);
        }
    }

    /** The climb that waits for the disk is of the former rollout: it must not act after the next one has begun. */
    @Test
    void aPendingClimbIsOvertaken() {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        try (Bench bench = new Bench(storage, 16 << 20, FIRST)) {
            storage.stall();
            bench.control.submit("orders", Bench.operation(Verb.START));
            bench.feed.settle();
            bench.configure(Bench.numbered(SECOND));
            storage.release();
            bench.feed.settle();
            isAFreshDraft(bench);
        }
        try (Bench bench = new Bench(folder, SECOND)) {
            isAFreshDraft(bench);
        }
    }

    private static void complete(Bench bench) {
        bench.ask(Verb.START);
        bench.ask(Verb.PROMOTE_FULL);
        bench.ask(Verb.PROMOTE_FULL);
        assertThat(bench.status().phase()).isEqualTo("completed");
        assertThat(bench.weight()).isEqualTo(100_000);
    }

    private static void isAFreshDraft(Bench bench) {
        assertThat(bench.weight()).isZero();
        assertThat(bench.status().phase()).isEqualTo("draft");
        assertThat(bench.status().attempt()).isZero();
        assertThat(bench.status().decision()).isNull();
        assertThat(bench.status().verdicts())
                .extracting(RolloutStatus.Verdict::verdict)
                .containsOnly("NoData");
    }

    private Stream<String> journal() throws IOException {
        return Files.readAllLines(folder.resolve(Journal.FILE)).stream();
    }

    /** The journal as a build would have written it that knows of no identities. */
    private void forgetIdentities() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : journal().toList()) {
            String object = line.replaceFirst(",\"hash\":\"[0-9a-f]*\"}$", "}");
            ObjectNode event = (ObjectNode) SealedLine.JSON.readTree(object);
            event.remove("identity");
            text.append(new String(SealedLine.seal(event), StandardCharsets.UTF_8));
        }
        Files.deleteIfExists(folder.resolve(JournalHead.FILE));
        Files.writeString(folder.resolve(Journal.FILE), text);
    }
}
