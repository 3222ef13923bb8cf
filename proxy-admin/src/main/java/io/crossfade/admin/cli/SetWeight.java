package io.crossfade.admin.cli;

import io.crossfade.admin.api.OperationRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** {@code rollout set-weight NAME 5%}. */
final class SetWeight extends Operate {
    @Parameters(index = "1", paramLabel = "WEIGHT", description = "Share of users, such as 5%% or 0.25%%.")
    private @Nullable String weight;

    SetWeight(Terminal terminal) {
        super(terminal, Verb.SET_WEIGHT);
    }

    @Override
    OperationRequest request() {
        OperationRequest plain = super.request();
        return new OperationRequest(plain.type(), plain.reason(), weight, null, null, plain.dryRun());
    }
}
