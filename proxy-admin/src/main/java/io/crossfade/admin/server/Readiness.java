package io.crossfade.admin.server;

import io.crossfade.admin.api.Health;
import io.crossfade.config.Addresses;
import io.crossfade.control.ControlApi;
import io.crossfade.runtime.ServerApi;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Looks at everything an operator should know. Unready only while draining: a proxy with a broken journal still serves its
 * users from the baseline, so a load balancer must not take it out; the failed check says what does not work.
 */
final class Readiness {
    private final ServerApi server;
    private volatile boolean draining;

    Readiness(ServerApi server) {
        this.server = server;
    }

    void draining() {
        draining = true;
    }

    Health health() {
        ControlApi.Health control = server.control().health();
        List<Health.Check> checks = new ArrayList<>();
        server.listeners()
                .forEach((name, address) -> checks.add(new Health.Check(
                        "listener " + name, !draining, (draining ? "draining " : "") + Addresses.show(address))));
        checks.add(journal(control));
        checks.add(new Health.Check(
                "evidence",
                control.observationsDropped() == 0,
                control.observationsDropped() + " observations dropped since the start"));
        for (ServerApi.UpstreamStatus upstream : server.upstreams()) {
            checks.add(new Health.Check(
                    "upstream " + upstream.name(),
                    !upstream.breaker().equals("open"),
                    "breaker " + upstream.breaker()));
        }
        return new Health(draining ? "unready" : "ready", List.copyOf(checks));
    }

    /** {@code [+]name: detail} or {@code [-]name: detail} per check, then the status, as Kubernetes prints it. */
    static String text(Health health) {
        return health.checks().stream()
                        .map(check -> (check.ok() ? "[+]" : "[-]") + check.name() + ": " + check.detail() + '\n')
                        .collect(Collectors.joining())
                + health.status()
                + '\n';
    }

    private static Health.Check journal(ControlApi.Health control) {
        boolean ok = control.journalReadable() && control.journalWritable();
        if (ok) {
            return new Health.Check("journal", true, control.problem().isEmpty() ? "ok" : control.problem());
        }
        String state = control.journalReadable()
                ? "not writable: no move towards the canary"
                : "unreadable: every rollout at its baseline, operations refused";
        return new Health.Check("journal", false, state + " (" + control.problem() + ')');
    }
}
