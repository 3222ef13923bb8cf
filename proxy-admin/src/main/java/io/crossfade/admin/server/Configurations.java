package io.crossfade.admin.server;

import io.crossfade.admin.api.ConfigChange;
import io.crossfade.admin.api.ConfigContents;
import io.crossfade.admin.api.ConfigDifference;
import io.crossfade.admin.api.ConfigProblem;
import io.crossfade.admin.api.Problem;
import io.crossfade.config.Change;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigDiff;
import io.crossfade.config.LoadResult;
import io.crossfade.runtime.ServerApi;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges configurations for {@code :check} and {@code :diff}; nothing is changed. The text is the body, or the server's file when
 * there is no body. A large file takes a second, so it is read on a thread of its own and not on the admin loop.
 */
final class Configurations {
    private final ServerApi server;
    private final ConfigFile file;
    private final Executor reader;

    Configurations(ServerApi server, ConfigFile file, Executor reader) {
        this.server = server;
        this.file = file;
        this.reader = reader;
    }

    CompletableFuture<Answer> check(Call call) {
        return judge(call, Configurations::contents);
    }

    CompletableFuture<Answer> diff(Call call) {
        return judge(call, config -> difference(ConfigDiff.between(server.config(), config)));
    }

    private CompletableFuture<Answer> judge(Call call, Function<Config, Object> answer) {
        if (!call.body().isEmpty() && !isYaml(call.field("Content-Type"))) {
            return CompletableFuture.completedFuture(
                    Answer.problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be " + Answer.YAML));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    LoadResult result = call.body().isEmpty() ? file.read() : file.parse(call.body());
                    return result instanceof LoadResult.Loaded loaded
                            ? Answer.json(200, answer.apply(loaded.config()))
                            : rejected(((LoadResult.Rejected) result).problems());
                },
                reader);
    }

    private static ConfigContents contents(Config config) {
        return new ConfigContents(
                config.listeners().size(),
                config.upstreams().size(),
                config.routes().size(),
                config.rollouts().size());
    }

    private static ConfigDifference difference(List<Change> changes) {
        return new ConfigDifference(
                changes.stream()
                        .map(change -> new ConfigChange(
                                change.what(),
                                change.section(),
                                change.name(),
                                change.key(),
                                change.before(),
                                change.after(),
                                change.restart()))
                        .toList(),
                changes.stream().anyMatch(Change::restart));
    }

    static Answer rejected(List<io.crossfade.config.Problem> problems) {
        ProblemType type = ProblemType.INVALID_CONFIGURATION;
        int more = problems.size() - 1;
        String detail = problems.get(0) + (more == 0 ? "" : ", and " + more + " more: see problems");
        ConfigProblem problem = new ConfigProblem(
                Problem.TYPE_PREFIX + type.word(),
                type.title(),
                type.status(),
                detail,
                problems.stream()
                        .map(p -> new ConfigProblem.Mistake(p.file(), p.line(), p.column(), p.key(), p.message()))
                        .toList());
        return Answer.problem(type.status(), problem);
    }

    private static boolean isYaml(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(Answer.YAML);
    }
}
