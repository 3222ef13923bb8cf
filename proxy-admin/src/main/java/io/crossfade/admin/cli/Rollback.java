package io.crossfade.admin.cli;

import io.crossfade.admin.api.OperationRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code rollout rollback NAME}: the one verb for an emergency; it reads nothing first and asks nothing. */
final class Rollback extends Operate {
    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "immediate (default), graceful or complete. All move everybody at once; immediate also recalls what"
                            + " waits for the canary, the other two let it end there.")
    private @Nullable String mode;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description =
                    "service, phase or complete. Stands in the journal and limits nothing: a rollback moves everybody.")
    private @Nullable String scope;

    Rollback(Terminal terminal) {
        super(terminal, Verb.ROLLBACK);
    }

    @Override
    OperationRequest request() {
        OperationRequest plain = super.request();
        return new OperationRequest(plain.type(), plain.reason(), null, mode, scope, plain.dryRun());
    }
}
