package io.crossfade.admin.cli;

import io.crossfade.admin.api.ConfigChange;
import io.crossfade.admin.api.ConfigDifference;
import io.crossfade.admin.api.ConfigProblem;
import io.crossfade.admin.api.ConfigStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that may also ask a running server about configurations. */
public final class RunningServer {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Admin API of the server; else CROSSFADE_SERVER, else " + Remote.DEFAULT_SERVER + ".")
    private @Nullable String server;

    /**
     * The configuration in force, as YAML with every default filled in.
     *
     * @throws Failure when the server cannot be reached or gives none
     */
    public String effectiveConfig(Terminal terminal) throws Failure {
        return Remote.client(server, terminal).text("/v1/config", "application/yaml");
    }

    /**
     * What a configuration would change, as the server sees it: with its environment and the folder of its file.
     *
     * @throws Failure when the server cannot be reached or does not judge
     */
    public Judgement diff(Terminal terminal, String yaml) throws Failure {
        AdminClient.Answer answer = Remote.client(server, terminal).judge("/v1/config:diff", yaml);
        return answer.status() == 422
                ? new Judgement(answer.as(ConfigProblem.class).problems(), List.of())
                : new Judgement(List.of(), answer.as(ConfigDifference.class).changes());
    }

    /**
     * Has the server read its file again, and waits until it is in force or refused.
     *
     * @throws Failure when the server cannot be reached or does not answer in time
     */
    public Judgement reload(Terminal terminal, Duration atMost) throws Failure {
        AdminClient.Answer answer = Remote.client(server, terminal).reload(atMost);
        return answer.status() == 422
                ? new Judgement(answer.as(ConfigProblem.class).problems(), List.of())
                : new Judgement(List.of(), answer.as(ConfigStatus.Applied.class).changes());
    }

    /** Either mistakes or changes, perhaps none. */
    public record Judgement(List<ConfigProblem.Mistake> mistakes, List<ConfigChange> changes) {}
}
