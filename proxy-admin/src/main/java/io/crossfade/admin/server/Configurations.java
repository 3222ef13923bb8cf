package io.crossfade.admin.server;

import io.crossfade.admin.api.ConfigChange;
import io.crossfade.admin.api.ConfigContents;
import io.crossfade.admin.api.ConfigDifference;
import io.crossfade.admin.api.ConfigProblem;
import io.crossfade.admin.api.ConfigStatus;
import io.crossfade.admin.api.Problem;
import io.crossfade.config.Change;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigDiff;
import io.crossfade.config.EffectiveConfig;
import io.crossfade.config.LoadResult;
import io.crossfade.runtime.Reload;
import io.crossfade.runtime.ServerApi;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Configurations over the API: {@code :check} and {@code :diff} judge and change nothing, {@code :apply} puts one in force. The text is
 * the body, or the server's file when there is no body. A large file takes a second, so it is read on a thread of its own and not on
 * the admin loop; that thread takes one call after the other.
 */
final class Configurations {
    private final ServerApi server;
    private final ConfigFile file;
    private final Executor reader;
    private final Revisions revisions;

    Configurations(ServerApi server, ConfigFile file, Executor reader) {
        this.server = server;
        this.file = file;
        this.reader = reader;
        this.revisions = new Revisions(server.config().data());
    }

    CompletableFuture<Answer> check(Call call) {
        return judge(call, Configurations::contents);
    }

    CompletableFuture<Answer> diff(Call call) {
        return judge(call, config -> difference(ConfigDiff.between(server.config(), config)));
    }

    /**
     * Without a body the file is read again. A body is for this configuration alone: it needs If-Match with the ETag of
     * {@code GET /v1/config}, is kept as a revision, and ends at the next reload of the file or at a restart.
     */
    CompletableFuture<Answer> apply(Call call) {
        if (isNoYaml(call)) {
            return CompletableFuture.completedFuture(notYaml());
        }
        return CompletableFuture.supplyAsync(
                () -> call.body().isEmpty()
                        ? applied(server.reload(file.path().toString(), true, file::read), null)
                        : applyBody(call),
                reader);
    }

    /** Looked at on the thread that applies: what was compared is what is replaced, as far as the API does it. */
    private Answer applyBody(Call call) {
        String now = etag(server.config());
        String ifMatch = call.field("If-Match");
        if (ifMatch == null) {
            return Answer.problem(
                            ProblemType.VERSION_REQUIRED,
                            "read /v1/config first and send its ETag as If-Match; it is now " + now)
                    .with("ETag", now);
        }
        if (Stream.of(ifMatch.split(",", -1)).map(String::strip).noneMatch(now::equals)) {
            return Answer.problem(
                            ProblemType.VERSION_CONFLICT,
                            "If-Match is " + ifMatch + ", the configuration is now " + now)
                    .with("ETag", now);
        }
        Reload result = server.reload("the API", false, () -> file.parse(call.body()));
        return applied(result, result instanceof Reload.Done ? revisions.keep(call.body(), Instant.now()) : null);
    }

    private Answer applied(Reload result, @Nullable String revision) {
        return result instanceof Reload.Done done
                ? Answer.json(200, new ConfigStatus.Applied(changes(done.changes()), revision))
                        .with("ETag", etag(server.config()))
                : rejected(((Reload.Refused) result).problems());
    }

    /** That of the JSON of {@code GET /v1/config}. */
    private static String etag(Config config) {
        return String.valueOf(
                Answer.document(EffectiveConfig.inNumbers(config)).fields().get("ETag"));
    }

    Answer status() {
        Reload.Status status = server.reloadStatus();
        return Answer.json(
                200,
                new ConfigStatus(
                        status.successful(),
                        Instant.ofEpochMilli(status.successMillis()).toString(),
                        status.origin(),
                        status.differsFromFile(),
                        mistakes(status.problems()),
                        server.drift().stream()
                                .map(drift -> new ConfigStatus.Drift(
                                        drift.rollout(),
                                        RolloutView.ratio(drift.configured()),
                                        RolloutView.ratio(drift.inForce())))
                                .toList()));
    }

    private static boolean isNoYaml(Call call) {
        return !call.body().isEmpty() && !isYaml(call.field("Content-Type"));
    }

    private static Answer notYaml() {
        return Answer.problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be " + Answer.YAML);
    }

    private CompletableFuture<Answer> judge(Call call, Function<Config, Object> answer) {
        if (isNoYaml(call)) {
            return CompletableFuture.completedFuture(notYaml());
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
        return new ConfigDifference(changes(changes), changes.stream().anyMatch(Change::restart));
    }

    private static List<ConfigChange> changes(List<Change> changes) {
        return changes.stream()
                .map(change -> new ConfigChange(
                        change.what(),
                        change.section(),
                        change.name(),
                        change.key(),
                        change.before(),
                        change.after(),
                        change.restart()))
                .toList();
    }

    static Answer rejected(List<io.crossfade.config.Problem> problems) {
        ProblemType type = ProblemType.INVALID_CONFIGURATION;
        int more = problems.size() - 1;
        String detail = problems.get(0) + (more == 0 ? "" : ", and " + more + " more: see problems");
        ConfigProblem problem = new ConfigProblem(
                Problem.TYPE_PREFIX + type.word(), type.title(), type.status(), detail, mistakes(problems));
        return Answer.problem(type.status(), problem);
    }

    private static List<ConfigProblem.Mistake> mistakes(List<io.crossfade.config.Problem> problems) {
        return problems.stream()
                .map(p -> new ConfigProblem.Mistake(p.file(), p.line(), p.column(), p.key(), p.message()))
                .toList();
    }

    private static boolean isYaml(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(Answer.YAML);
    }
}
