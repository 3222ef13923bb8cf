package io.crossfade.admin.cli;

import io.crossfade.admin.api.AuditAcceptance;
import io.crossfade.admin.api.AuditPage;
import io.crossfade.admin.api.AuditVerdict;
import io.crossfade.admin.api.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

/** {@code crossfade audit ...}: who did what when and why, and whether the journal still says what was written. */
@Command(name = "audit", mixinStandardHelpOptions = true, description = "Reads and verifies the journal.")
final class AuditCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private AuditCommand() {}

    static CommandLine create(Terminal terminal, DataFolder folder) {
        return new CommandLine(new AuditCommand())
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new Verify(terminal, folder))
                .addSubcommand(new Accept(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do:");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "What was journaled, the newest first: when, which rollout, what, who, why.")
    private static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        @Option(names = "--before", paramLabel = "SEQ", description = "Only lines with a smaller number.")
        private @Nullable Long before;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "Lines of a page, 1 to 1000 (default: ${DEFAULT-VALUE}).")
        private int limit;

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            String from = before == null ? "" : "&before=" + before;
            AdminClient.Answer answer = remote.client(terminal).get("/v1/audit?limit=" + limit + from);
            if (remote.output() != Remote.Output.table) {
                terminal.out().println(Printer.data(remote.output(), answer.tree()));
                return Exit.OK;
            }
            AuditPage page = answer.as(AuditPage.class);
            terminal.out().println(table(page));
            if (page.before() != null) {
                terminal.out().println("older: crossfade audit list --before " + page.before());
            }
            return Exit.OK;
        }

        private String table(AuditPage page) {
            RolloutText text = new RolloutText(terminal);
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("SEQ", "AT", "ROLLOUT", "WHAT", "WHO", "REASON"));
            for (AuditPage.Entry entry : page.entries()) {
                rows.add(List.of(
                        Long.toString(entry.seq()),
                        entry.at(),
                        entry.rollout(),
                        text.printable(entry.what()),
                        text.printable(entry.actor()),
                        text.printable(entry.reason())));
            }
            return Printer.table(rows);
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Whether each line of the journal is as it was written; else it names the first that is not and exits 1.",
                "With DATA no server is asked: the data folder, or a copy of it, is read and nothing written to it.",
                "Who can write both the journal and its head can forge both: keep the head that is printed elsewhere,",
                "and give it back with --head."
            })
    private static final class Verify implements Callable<Integer> {
        private final Terminal terminal;
        private final DataFolder folder;

        @Mixin
        private final Remote remote = new Remote();

        @Parameters(arity = "0..1", paramLabel = "DATA", description = "The data folder of a server, or a copy of it.")
        private @Nullable Path data;

        @Option(names = "--head", paramLabel = "SEQ:HASH", description = "A head that was kept elsewhere.")
        private @Nullable String head;

        Verify(Terminal terminal, DataFolder folder) {
            this.terminal = terminal;
            this.folder = folder;
        }

        @Override
        public Integer call() throws Failure {
            AuditVerdict verdict = data == null ? asked() : read(data);
            if (remote.output() != Remote.Output.table) {
                terminal.out()
                        .println(Printer.data(
                                remote.output(), Wire.tree(new String(Wire.bytes(verdict), StandardCharsets.UTF_8))));
            } else if (verdict.ok()) {
                terminal.out().println(verdict.lines() + " lines are as they were written; head " + verdict.head());
            } else {
                terminal.out().println(verdict.problem());
                terminal.out()
                        .println(verdict.lines() + " lines before it are as they were written; what to do:"
                                + " docs/runbook/journal-unreadable.md");
            }
            return verdict.ok() ? Exit.OK : Exit.FAILED;
        }

        private AuditVerdict asked() throws Failure {
            String known = head == null ? "" : "?head=" + Url.segment(head);
            return remote.client(terminal).get("/v1/audit:verify" + known).as(AuditVerdict.class);
        }

        private AuditVerdict read(Path from) throws Failure {
            try {
                return folder.verify(from, head);
            } catch (IOException e) {
                throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()));
            } catch (IllegalArgumentException e) {
                throw new Failure(Exit.USAGE, String.valueOf(e.getMessage()));
            }
        }
    }

    @Command(
            name = "accept",
            mixinStandardHelpOptions = true,
            description = {
                "Takes a damaged journal as it is: its files are put aside and a new journal begins, which says who did so and why.",
                "Rollouts that were under way stay on the baseline; retry begins them anew."
            })
    private static final class Accept implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private final Remote remote = new Remote();

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; stands in the journal.")
        private @Nullable String reason;

        Accept(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            AdminClient.Answer answer = remote.client(terminal).accept(new AuditAcceptance(reason));
            terminal.out()
                    .println(
                            remote.output() == Remote.Output.table
                                    ? answer.as(AuditAcceptance.Done.class).detail()
                                    : Printer.data(remote.output(), answer.tree()));
            return Exit.OK;
        }
    }
}
