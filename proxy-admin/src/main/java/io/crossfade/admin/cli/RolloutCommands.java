package io.crossfade.admin.cli;

import io.crossfade.admin.api.Rollout;
import io.crossfade.admin.api.Rollouts;
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

/** {@code crossfade rollout ...}: two verbs that read and eleven that write. */
@Command(name = "rollout", mixinStandardHelpOptions = true, description = "Reads and drives rollouts.")
final class RolloutCommands implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private RolloutCommands() {}

    static CommandLine create(Terminal terminal) {
        CommandLine rollout = new CommandLine(new RolloutCommands())
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new GetCommand(terminal));
        for (Verb verb : Verb.values()) {
            CommandLine command = new CommandLine(
                    switch (verb) {
                        case SET_WEIGHT -> new SetWeight(terminal);
                        case ROLLBACK -> new Rollback(terminal);
                        default -> new Operate(terminal, verb);
                    });
            command.getCommandSpec().usageMessage().description(verb.description());
            rollout.addSubcommand(verb.command(), command);
        }
        return rollout;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do:");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all rollouts.")
    private static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        @Option(names = "--watch", description = "Keeps showing it until Ctrl-C.")
        private boolean watch;

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            AdminClient client = remote.client(terminal);
            return new Watcher(terminal, watch).show(() -> {
                AdminClient.Answer answer = client.get("/v1/rollouts");
                String text = remote.output() == Remote.Output.table
                        ? new RolloutText(terminal)
                                .table(answer.as(Rollouts.class).rollouts())
                        : Printer.data(remote.output(), answer.tree());
                return new Watcher.View(text, Exit.OK);
            });
        }
    }

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Shows one rollout.")
    private static final class GetCommand implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        @Parameters(paramLabel = "NAME", description = "Name of the rollout.")
        private @Nullable String name;

        @Option(names = "--watch", description = "Keeps showing it until Ctrl-C.")
        private boolean watch;

        GetCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            AdminClient client = remote.client(terminal);
            String path = "/v1/rollouts/" + Url.segment(String.valueOf(name));
            return new Watcher(terminal, watch).show(() -> {
                AdminClient.Answer answer = client.get(path);
                String text = remote.output() == Remote.Output.table
                        ? new RolloutText(terminal).page(answer.as(Rollout.class))
                        : Printer.data(remote.output(), answer.tree());
                return new Watcher.View(text, Exit.OK);
            });
        }
    }
}
