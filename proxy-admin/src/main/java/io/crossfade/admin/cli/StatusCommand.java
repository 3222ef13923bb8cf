package io.crossfade.admin.cli;

import io.crossfade.admin.api.Rollout;
import io.crossfade.admin.api.Rollouts;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How all rollouts stand; the exit code tells the worst of them. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows how all rollouts stand; exits 1, 3 or 4 when one failed, was rolled back or waits.")
final class StatusCommand implements Callable<Integer> {
    private static final List<Integer> WORST_FIRST = List.of(Exit.FAILED, Exit.ROLLED_BACK, Exit.WAITING, Exit.OK);

    private final Terminal terminal;

    @Mixin
    private final Remote remote = new Remote();

    @Option(names = "--watch", description = "Keeps showing it until Ctrl-C.")
    private boolean watch;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure {
        AdminClient client = remote.client(terminal);
        return new Watcher(terminal, watch).show(() -> {
            AdminClient.Answer answer = client.get("/v1/rollouts");
            List<Rollout> rollouts = answer.as(Rollouts.class).rollouts();
            String text = remote.output() == Remote.Output.table
                    ? new RolloutText(terminal).table(rollouts) + ConfigText.of(client)
                    : Printer.data(remote.output(), answer.tree());
            return new Watcher.View(text, worst(rollouts));
        });
    }

    private static int worst(List<Rollout> rollouts) {
        return rollouts.stream()
                .map(rollout -> Exit.ofPhase(rollout.phase()))
                .min((a, b) -> Integer.compare(WORST_FIRST.indexOf(a), WORST_FIRST.indexOf(b)))
                .orElse(Exit.OK);
    }
}
