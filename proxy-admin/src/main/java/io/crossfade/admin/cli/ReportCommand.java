package io.crossfade.admin.cli;

import io.crossfade.admin.api.Decisions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crossfade report ...}: what the server wrote of each rollback and hold. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Reports of rollbacks and holds, for a ticket or a mail.")
final class ReportCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private ReportCommand() {}

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new ReportCommand())
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new Get(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do:");
    }

    private static Decisions summaries(AdminClient client) throws Failure {
        return client.get("/v1/decisions").as(Decisions.class);
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "The newest rollbacks and holds, whoever decided.")
    private static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            AdminClient.Answer answer = remote.client(terminal).get("/v1/decisions");
            terminal.out()
                    .println(
                            remote.output() == Remote.Output.table
                                    ? table(answer.as(Decisions.class))
                                    : Printer.data(remote.output(), answer.tree()));
            return Exit.OK;
        }

        private String table(Decisions summaries) {
            if (summaries.decisions().isEmpty()) {
                return "no rollback and no hold so far";
            }
            RolloutText text = new RolloutText(terminal);
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("SEQ", "AT", "ROLLOUT", "WHAT", "REASON", "WHO"));
            for (Decisions.Summary each : summaries.decisions()) {
                String who = each.actor() == null ? "crossfade" : text.printable(each.actor());
                rows.add(List.of(
                        Long.toString(each.sequence()), each.at(), each.rollout(), each.kind(), each.reason(), who));
            }
            return Printer.table(rows);
        }
    }

    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = {
                "One report as Markdown, or with -o json or yaml as data.",
                "Examples: crossfade report get orders > incident.md, crossfade report get 42 -o json"
            })
    private static final class Get implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        @Parameters(
                paramLabel = "NAME|SEQ",
                description = "A rollout, for its newest report, or the number that report list shows.")
        private @Nullable String which;

        Get(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            AdminClient client = remote.client(terminal);
            String wanted = String.valueOf(which);
            String path = "/v1/decisions/" + (wanted.matches("[0-9]{1,18}") ? wanted : newest(client, wanted));
            if (remote.output() == Remote.Output.table) {
                terminal.out().print(client.text(path, "text/markdown"));
            } else {
                terminal.out()
                        .println(Printer.data(remote.output(), client.get(path).tree()));
            }
            return Exit.OK;
        }

        private static String newest(AdminClient client, String rollout) throws Failure {
            for (Decisions.Summary each : summaries(client).decisions()) {
                if (each.rollout().equals(rollout)) {
                    return Long.toString(each.sequence());
                }
            }
            client.get("/v1/rollouts/" + Url.segment(rollout)); // says which there are when it is none of them
            throw new Failure(Exit.FAILED, rollout + ": no rollback and no hold so far");
        }
    }
}
