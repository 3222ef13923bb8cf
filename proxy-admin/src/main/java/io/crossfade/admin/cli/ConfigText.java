package io.crossfade.admin.cli;

import io.crossfade.admin.api.ConfigProblem;
import io.crossfade.admin.api.ConfigStatus;

/** What an operator must know of the configuration in force; nothing while it is the file's. */
final class ConfigText {
    /** Lines, each behind a line break; empty when the file is in force and every rollout stands where it says. */
    static String of(AdminClient client) throws Failure {
        return text(client.get("/v1/config:status").as(ConfigStatus.class));
    }

    static String text(ConfigStatus status) {
        StringBuilder out = new StringBuilder();
        if (status.differsFromFile()) {
            out.append("\nconfiguration: differs from the file, ")
                    .append(status.origin())
                    .append(" has changed it at ")
                    .append(status.since())
                    .append("; crossfade reload goes back to the file");
        }
        if (!status.successful()) {
            ConfigProblem.Mistake first = status.problems().get(0);
            int more = status.problems().size() - 1;
            out.append("\nconfiguration: the last reload was refused and nothing has changed: ")
                    .append(place(first))
                    .append(first.message())
                    .append(more == 0 ? "" : ", and " + more + " more")
                    .append("; crossfade check FILE says all");
        }
        for (ConfigStatus.Drift drift : status.drift()) {
            out.append("\ndrift: ")
                    .append(drift.rollout())
                    .append(" is at ")
                    .append(RolloutText.percent(drift.inForce()))
                    .append(", the configuration says ")
                    .append(RolloutText.percent(drift.configured()));
        }
        return out.toString();
    }

    private static String place(ConfigProblem.Mistake mistake) {
        String line = mistake.line() == 0 ? "" : ":" + mistake.line() + ':' + mistake.column();
        return mistake.file() + line + "  " + (mistake.key().isEmpty() ? "" : mistake.key() + "  ");
    }

    private ConfigText() {}
}
