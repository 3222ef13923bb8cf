package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.Latency;
import io.crossfade.config.RolloutSpec.OnFail;
import io.crossfade.config.RolloutSpec.Risk;
import io.crossfade.config.RolloutSpec.Step;
import io.crossfade.config.RolloutSpec.UnitSource;
import io.crossfade.config.RolloutSpec.UnitSource.Kind;
import io.crossfade.config.RouteRule.Match;
import io.crossfade.config.Upstream.Breaker;
import io.crossfade.config.Upstream.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The constructors, which refuse nonsense also when no file is involved. */
final class RecordsTest {

    private static final List<UnitSource> CLIENT_IP = List.of(new UnitSource(Kind.CLIENT_IP, ""));

    @Test
    void messagesArePrecise() {
        refused(() -> new RolloutSpec(
                        "r",
                        null,
                        Risk.LOW,
                        "a",
                        "b",
                        CLIENT_IP,
                        "s",
                        List.of(),
                        140_000,
                        0,
                        Analysis.defaults(),
                        RolloutSpec.Recall.defaults()))
                .hasMessage("weight: 140000 (expected: 0..100000)");
        refused(() -> new Step(0, Duration.ZERO, false)).hasMessage("weight: 0 (expected: 1..100000)");
        refused(() -> new Endpoint("h", 70_000)).hasMessage("port: 70000 (expected: 1..65535)");
        refused(() -> new Latency(true, List.of(0.9, 0.5), 2, Duration.ZERO, OnFail.HOLD))
                .hasMessage("quantiles[1]: 0.5 (expected: between 0 and 1, and above the one before)");
        refused(() -> new UnitSource(Kind.COOKIE, "")).hasMessage("name:  (expected: " + Tokens.EXPECTED + ")");
        refused(() -> new Cidr(InetAddress.getLoopbackAddress(), 33)).hasMessage("prefixLength: 33 (expected: 0..32)");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        refused(() -> new Breaker(Double.NaN, 0, 1, Duration.ofSeconds(-1), 1))
                .hasMessage("failureRate: NaN (expected: 1%..100%); window: 0 (expected: 1..100000);"
                        + " minimumCalls: 1 (expected: 1..0); openFor: PT-1S (expected: 1ms..24h)");
    }

    @Test
    void theAdminApiIsNeverOpen() {
        refused(() -> Admin.at(new InetSocketAddress("0.0.0.0", 9900))).hasMessageStartingWith("address: ");
        refused(() -> Admin.at(InetSocketAddress.createUnresolved("localhost", 9900)))
                .hasMessageStartingWith("address: ");
    }

    @Test
    void aRouteHasOneTarget() {
        Match all = new Match(null, "/", Set.of(), Map.of());
        refused(() -> new RouteRule("r", all, null, null, 1, false, true))
                .hasMessage("upstream: null and rollout null (expected: exactly one of upstream and rollout)");
        refused(() -> new RouteRule("r", all, "a", "b", 1, false, true)).hasMessageStartingWith("upstream: ");
        refused(() -> new RouteRule("r", all, "a", null, 1, true, true)).hasMessageStartingWith("maxBody: 1 ");
    }

    @Test
    void aConfigHoldsTogether() {
        Config whole = Loading.config(Loading.with(""));
        refused(() -> new Config(
                        List.of(),
                        whole.admin(),
                        whole.data(),
                        List.of(),
                        whole.routes(),
                        List.of(),
                        whole.limits(),
                        whole.control(),
                        whole.retention(),
                        whole.transport(),
                        0,
                        false))
                .hasMessageStartingWith("listeners: none (expected: at least one); upstream: legacy of route all");
    }

    @Test
    void listsAreCopied() {
        List<Endpoint> endpoints = new ArrayList<>(List.of(new Endpoint("h", 1)));
        Upstream upstream = Upstream.of("u", endpoints);
        endpoints.clear();

        assertThat(upstream.endpoints()).hasSize(1);
    }

    @Test
    void anAddressRangeContainsItsOwn() throws Exception {
        Cidr range = new Cidr(InetAddress.getByName("10.1.0.0"), 12);

        assertThat(range.contains(InetAddress.getByName("10.15.255.255"))).isTrue();
        assertThat(range.contains(InetAddress.getByName("10.16.0.0"))).isFalse();
        assertThat(range.contains(InetAddress.getByName("fd00::1"))).isFalse();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable construction) {
        return assertThatThrownBy(construction).isInstanceOf(IllegalArgumentException.class);
    }
}
