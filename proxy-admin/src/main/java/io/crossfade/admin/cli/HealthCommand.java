package io.crossfade.admin.cli;

import io.crossfade.admin.api.Health;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whether the server is ready, check by check. */
@Command(
        name = "health",
        mixinStandardHelpOptions = true,
        description = "Looks at the server, check by check; exits 1 when it is unready or a check fails.")
final class HealthCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Remote remote = new Remote();

    HealthCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure {
        AdminClient.Answer answer = remote.client(terminal).look("/readyz");
        Health health = answer.as(Health.class);
        terminal.out()
                .println(
                        remote.output() == Remote.Output.table
                                ? text(health)
                                : Printer.data(remote.output(), answer.tree()));
        boolean well =
                health.status().equals("ready") && health.checks().stream().allMatch(Health.Check::ok);
        return well ? Exit.OK : Exit.FAILED;
    }

    private String text(Health health) {
        return health.checks().stream()
                        .map(check -> terminal.paint(check.ok() ? 32 : 31, check.ok() ? "[+] " : "[-] ") + check.name()
                                + ": " + check.detail() + '\n')
                        .collect(Collectors.joining())
                + health.status();
    }
}
