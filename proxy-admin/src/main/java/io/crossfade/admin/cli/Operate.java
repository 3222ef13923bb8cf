package io.crossfade.admin.cli;

import io.crossfade.admin.api.OperationAnswer;
import io.crossfade.admin.api.OperationRequest;
import io.crossfade.admin.api.Rollout;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One write: ask back if need be, send it with the version just read, and with --wait see where it leads. */
@Command(mixinStandardHelpOptions = true)
class Operate implements Callable<Integer> {
    private static final long POLL_MILLIS = 250;

    private final Terminal terminal;
    private final Verb verb;

    @Mixin
    private final Remote remote = new Remote();

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the rollout.")
    private @Nullable String name;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; stands in the journal.")
    private @Nullable String reason;

    @Option(
            names = "--if-match",
            paramLabel = "ETAG",
            description = "Only at this version; default: the one just read.")
    private @Nullable String ifMatch;

    @Option(names = "--dry-run", description = "Says what would happen; nothing does.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Does not ask back.")
    private boolean yes;

    @Option(names = "--wait", description = "Waits until the rollout ends or needs somebody; see the exit codes.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "1h",
            description = "How long --wait waits, such as 90s or 1h30m (default: ${DEFAULT-VALUE}); then exit code 5.")
    private Duration timeout = Duration.ofHours(1);

    Operate(Terminal terminal, Verb verb) {
        this.terminal = terminal;
        this.verb = verb;
    }

    /** The body of the request; verbs with arguments of their own add them here. */
    OperationRequest request() {
        return new OperationRequest(verb.wire(), reason, null, null, null, dryRun ? true : null);
    }

    @Override
    public final Integer call() throws Failure {
        String rollout = String.valueOf(name);
        AdminClient client = remote.client(terminal);
        String path = "/v1/rollouts/" + Url.segment(rollout);
        Optional<String> version = Optional.ofNullable(ifMatch);
        Optional<String> leap = Optional.empty();
        if (!verb.needsNoVersion()) {
            AdminClient.Answer read = client.get(path);
            version = version.or(() -> Optional.of(read.etag()));
            leap = verb.leaps(read.as(Rollout.class), request().weight());
        }
        if (!confirmed(rollout, leap)) {
            terminal.err().println("crossfade: nothing done");
            return Exit.FAILED;
        }
        AdminClient.Answer answer = client.operate(rollout, request(), version);
        if (!wait || dryRun) {
            print(answer);
            return Exit.OK;
        }
        return settle(client, path);
    }

    /** @param leap what goes further than a step at a time: nobody does that by a slip, or without saying why */
    private boolean confirmed(String rollout, Optional<String> leap) throws Failure {
        if (dryRun) {
            return true;
        }
        if (leap.isPresent() && !terminal.interactive() && (!yes || reason == null || reason.isBlank())) {
            throw new Failure(
                    Exit.USAGE,
                    verb.command() + ' ' + rollout + ' ' + leap.get()
                            + ": off a terminal, where nobody is asked, that takes --yes and --reason");
        }
        if ((leap.isEmpty() && !verb.asksBack()) || yes || !terminal.interactive()) {
            return true;
        }
        String what = leap.map(words -> "it " + words + '.').orElse(verb.description());
        terminal.out().print(verb.command() + ' ' + rollout + ": " + what + " Go on? [y/N] ");
        terminal.out().flush();
        try {
            String answer = terminal.in().readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw new Failure(Exit.FAILED, "no answer can be read: " + e.getMessage());
        }
    }

    private void print(AdminClient.Answer answer) throws Failure {
        if (remote.output() == Remote.Output.table) {
            OperationAnswer done = answer.as(OperationAnswer.class);
            terminal.out().println(done.rollout() + ": " + (done.dryRun() ? "dry run, " : "") + done.detail());
        } else {
            terminal.out().println(Printer.data(remote.output(), answer.tree()));
        }
    }

    private int settle(AdminClient client, String path) throws Failure {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            AdminClient.Answer answer = client.get(path);
            Rollout rollout = answer.as(Rollout.class);
            OptionalInt exit = verb.settled(rollout);
            if (exit.isPresent()) {
                terminal.out()
                        .println(
                                remote.output() == Remote.Output.table
                                        ? new RolloutText(terminal).page(rollout)
                                        : Printer.data(remote.output(), answer.tree()));
                return exit.getAsInt();
            }
            if (System.nanoTime() - end >= 0) {
                throw new Failure(
                        Exit.TIMED_OUT,
                        "timed out: " + rollout.name() + " is still " + rollout.phase() + " at "
                                + RolloutText.percent(rollout.weight().set()));
            }
            pause();
        }
    }

    private static void pause() throws Failure {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Exit.FAILED, "interrupted while waiting");
        }
    }
}
