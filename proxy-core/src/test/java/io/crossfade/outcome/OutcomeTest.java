package io.crossfade.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    /** Words are in dashboards and alerts: this list may grow, and nothing in it may change. */
    @Test
    void wordsAndWhatCountsAgainstTheVariant() {
        assertThat(Arrays.stream(Outcome.values())
                        .map(outcome -> outcome.word() + (outcome.failure() ? " failure" : ""))
                        .collect(Collectors.joining("\n")))
                .isEqualTo("""
                        ok
                        failed_status failure
                        refused failure
                        connect_timeout failure
                        reset failure
                        truncated failure
                        response_timeout failure
                        bad_response failure
                        client_abort
                        rate_limited
                        rejected
                        no_route
                        no_endpoint failure
                        overloaded
                        breaker_open
                        internal""");
    }
}
