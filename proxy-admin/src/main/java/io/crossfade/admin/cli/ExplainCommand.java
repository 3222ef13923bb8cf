package io.crossfade.admin.cli;

import io.crossfade.admin.api.Assignment;
import io.crossfade.admin.api.Rollout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code crossfade explain ...}: why a user gets a variant, why the proxy decided. */
@Command(name = "explain", mixinStandardHelpOptions = true, description = "Says why.")
final class ExplainCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private ExplainCommand() {}

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new ExplainCommand())
                .addSubcommand(new User(terminal))
                .addSubcommand(new Decision(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to explain:");
    }

    @Command(
            name = "user",
            mixinStandardHelpOptions = true,
            description = "Which variant a unit key gets on a route, by the code that also decides it for requests.")
    private static final class User implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        @Parameters(paramLabel = "KEY", description = "The unit key, such as a user id.")
        private @Nullable String key;

        @Option(names = "--route", required = true, paramLabel = "ROUTE", description = "Name of the route.")
        private @Nullable String route;

        User(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            AdminClient.Answer answer = remote.client(terminal)
                    .get("/v1/assignments:explain?route=" + Url.segment(String.valueOf(route)) + "&unit="
                            + Url.segment(String.valueOf(key)));
            terminal.out()
                    .println(
                            remote.output() == Remote.Output.table
                                    ? sentence(answer.as(Assignment.class))
                                    : Printer.data(remote.output(), answer.tree()));
            return Exit.OK;
        }

        private static String sentence(Assignment a) {
            if (a.rollout().isEmpty()) {
                return a.unit() + " on " + a.route() + ": no rollout, every user gets the same upstream";
            }
            return a.unit() + " on " + a.route() + " gets the " + a.variant() + " (" + a.reason() + "): bucket "
                    + a.bucket() + " of 100000, rollout " + a.rollout() + " has the canary below "
                    + Math.round(a.weight() * 100_000) + " (" + RolloutText.percent(a.weight()) + ')';
        }
    }

    @Command(
            name = "decision",
            mixinStandardHelpOptions = true,
            description =
                    "Why the rollout stands where it does: what the proxy decided by itself, in numbers, and who asked for what.")
    private static final class Decision implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        @Parameters(paramLabel = "ROLLOUT", description = "Name of the rollout.")
        private @Nullable String rollout;

        Decision(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            AdminClient.Answer answer =
                    remote.client(terminal).get("/v1/rollouts/" + Url.segment(String.valueOf(rollout)));
            if (remote.output() == Remote.Output.table) {
                sentences(answer.as(Rollout.class)).forEach(terminal.out()::println);
            } else {
                JsonNode both = answer.tree().deepCopy();
                ((ObjectNode) both).retain("name", "phase", "next", "decision", "asked");
                terminal.out().println(Printer.data(remote.output(), both));
            }
            return Exit.OK;
        }

        /** The newest first: what was asked for last is what counts, unless the proxy has decided since. */
        private List<String> sentences(Rollout rollout) {
            RolloutText text = new RolloutText(terminal);
            Rollout.Decision decision = rollout.decision();
            Rollout.Asked asked = rollout.asked();
            List<String> sentences = new ArrayList<>();
            sentences.add(
                    decision == null ? rollout.name() + ": no automatic decision so far" : text.decision(decision));
            if (asked != null) {
                boolean newer = decision == null || Instant.parse(asked.at()).isAfter(Instant.parse(decision.at()));
                sentences.add(newer ? 0 : 1, text.asked(asked));
            }
            return sentences;
        }
    }
}
