package io.crossfade.admin.cli;

import io.crossfade.admin.api.OperationRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code rollout rollback NAME}: the one verb for an emergency; it reads nothing first and asks nothing. */
final class Rollback extends Operate {
    @Option(names = "--mode", paramLabel = "MODE", description = "immediate (default), graceful or complete.")
    private @Nullable String mode;

    @Option(names = "--scope", paramLabel = "SCOPE", description = "service, phase or complete (default).")
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
