package io.crossfade.admin.architecture;

import com.tngtech.archunit.lang.ArchRule;
import io.crossfade.architecture.RuleBook;

/** The rules that keep the admin rooms apart; ours is the root of all our packages, admin the root of the admin rooms. */
final class Rules extends RuleBook {
    private final String ours;
    private final String admin;

    Rules(String ours, String admin) {
        super(admin);
        this.ours = ours;
        this.admin = admin;
    }

    ArchRule cliKnowsTheApiOnly() {
        return everyUse("know of ours only admin.api when they belong to the CLI", (type, target) -> {
            boolean foreign = isIn(target, ours) && !isIn(target, admin + ".api") && !isIn(target, admin + ".cli");
            return isIn(type, admin + ".cli") && foreign
                    ? "the CLI speaks to a server that may be another version on another machine: it knows admin.api alone."
                            + " Put the record there, or let admin.app hand the behaviour in."
                    : "";
        });
    }

    ArchRule nobodyKnowsTheApp() {
        return everyUse(
                "leave admin.app alone",
                (type, target) -> isIn(target, admin + ".app") && !isIn(type, admin + ".app")
                        ? "admin.app wires everything and is known by nobody, else every room depends on every other."
                        : "");
    }

    ArchRule apiKnowsNobody() {
        return everyUse(
                "know of ours nothing when they belong to admin.api",
                (type, target) -> isIn(type, admin + ".api") && isIn(target, ours) && !isIn(target, admin + ".api")
                        ? "admin.api is the wire format: a change inside the proxy must not change it by accident."
                        : "");
    }

    ArchRule nettyInTheServerOnly() {
        return everyUse(
                "use Netty in admin.server only",
                (type, target) -> isIn(target, "io.netty") && !isIn(type, admin + ".server")
                        ? "only admin.server speaks Netty here; the CLI uses java.net.http."
                        : "");
    }
}
