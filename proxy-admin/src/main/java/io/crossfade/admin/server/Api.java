package io.crossfade.admin.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Ticker;
import io.crossfade.admin.api.Assignment;
import io.crossfade.admin.api.DecisionReport;
import io.crossfade.admin.api.Decisions;
import io.crossfade.admin.api.Health;
import io.crossfade.admin.api.Rollout;
import io.crossfade.admin.api.Rollouts;
import io.crossfade.admin.api.Routes;
import io.crossfade.admin.api.Upstreams;
import io.crossfade.config.EffectiveConfig;
import io.crossfade.control.Report;
import io.crossfade.control.RolloutStatus;
import io.crossfade.runtime.ServerApi;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which resource a call means and what it gets. Owned by the admin loop; only operations answer later. */
final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final String ROLLOUTS = "/v1/rollouts/";
    private static final String OPERATIONS = "/operations";
    private static final long ONE_LINE_NANOS = 1_000_000_000L;
    private static final String DECISIONS = "/v1/decisions/";
    private static final String EVENT_STREAM = "text/event-stream";

    private final ServerApi server;
    private final Doorkeeper doorkeeper;
    private final Readiness readiness;
    private final Operations operations;
    private final Configurations configurations;
    private final AuditLog audit;
    private long toldAt = System.nanoTime() - ONE_LINE_NANOS;

    Api(
            ServerApi server,
            Doorkeeper doorkeeper,
            Readiness readiness,
            Configurations configurations,
            AuditLog audit,
            Ticker ticker) {
        this.server = server;
        this.doorkeeper = doorkeeper;
        this.readiness = readiness;
        this.configurations = configurations;
        this.audit = audit;
        this.operations = new Operations(
                server.control(), ticker, () -> server.config().admin().maxIdempotencyKeys());
    }

    /** Never fails and never throws: our own mistakes are logged here and answered with a plain 500. */
    CompletableFuture<? extends Reply> answer(Call call) {
        try {
            Optional<Answer> refusal = doorkeeper.refusal(call);
            refusal.ifPresent(answer -> refused(call, answer));
            CompletableFuture<? extends Reply> reply =
                    refusal.isPresent() ? CompletableFuture.completedFuture(refusal.get()) : route(call);
            return reply.handle((given, error) -> given != null ? given : mistake(call, error));
        } catch (RejectedExecutionException full) {
            server.refused("overloaded");
            return CompletableFuture.completedFuture(Answer.problem(
                            ProblemType.OVERLOADED,
                            AdminServer.MOST_WAITING + " calls that read a configuration or the journal wait already")
                    .with("Retry-After", "1"));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(mistake(call, e));
        }
    }

    /** A web page that calls from elsewhere leaves a trace: a count, and a line a second at most. */
    private void refused(Call call, Answer answer) {
        server.refused(answer.status() == 421 ? "host" : answer.status() == 403 ? "origin" : "bad-request");
        long now = System.nanoTime();
        if (now - toldAt >= ONE_LINE_NANOS) {
            toldAt = now;
            LOG.warn("{} {} of {} is refused with {}", call.method(), call.path(), call.peer(), answer.status());
        }
    }

    private static Answer mistake(Call call, @Nullable Throwable error) {
        LOG.error("{} {} failed", call.method(), call.path(), error);
        return Answer.problem(ProblemType.INTERNAL, "the cause is in the server's log");
    }

    private CompletableFuture<? extends Reply> route(Call call) {
        String path = call.path();
        if (path.startsWith(ROLLOUTS)) {
            String rest = path.substring(ROLLOUTS.length());
            return rest.endsWith(OPERATIONS)
                    ? operation(call, rest.substring(0, rest.length() - OPERATIONS.length()))
                    : now(get(call, Answer.JSON, () -> rollout(rest)));
        }
        if (path.startsWith(DECISIONS)) {
            return now(get(call, "", () -> decision(call, path.substring(DECISIONS.length()))));
        }
        if (path.equals("/v1/config:check")) {
            return post(call, configurations::check);
        }
        if (path.equals("/v1/config:diff")) {
            return post(call, configurations::diff);
        }
        if (path.equals("/v1/config:apply")) {
            return post(call, configurations::apply);
        }
        if (path.equals("/v1/audit")) {
            return read(call, audit::list);
        }
        if (path.equals("/v1/audit:verify")) {
            return read(call, audit::verify);
        }
        if (path.equals("/v1/audit:accept")) {
            return post(call, audit::accept);
        }
        return now(
                switch (path) {
                    case "/v1/decisions" -> get(call, Answer.JSON, this::decisions);
                    case "/v1/rollouts" -> get(call, Answer.JSON, this::rollouts);
                    case "/v1/routes" -> get(call, Answer.JSON, this::routes);
                    case "/v1/upstreams" -> get(call, Answer.JSON, this::upstreams);
                    case "/v1/config" -> get(call, "", () -> config(call));
                    case "/v1/config:status" -> get(call, Answer.JSON, configurations::status);
                    case "/v1/assignments:explain" -> get(call, Answer.JSON, () -> explain(call));
                    case "/v1/events" -> get(call, EVENT_STREAM, () -> events(call));
                    case "/metrics" -> get(call, "", () -> metrics(call));
                    case "/livez" -> get(call, "", () -> Answer.text(200, "live\n"));
                    case "/readyz" -> get(call, "", () -> ready(call));
                    default -> Answer.problem(ProblemType.NOT_FOUND, "nothing at " + path);
                });
    }

    private static CompletableFuture<Reply> now(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    /** A resource that can only be read; mediaType empty when it has several and chooses itself. */
    private static Reply get(Call call, String mediaType, Supplier<Reply> resource) {
        if (!call.method().equals("GET")) {
            return methodNotAllowed(call, "GET, HEAD");
        }
        if (!mediaType.isEmpty() && !accepts(call.field("Accept"), mediaType)) {
            return Answer.problem(ProblemType.NOT_ACCEPTABLE, "Accept must allow " + mediaType);
        }
        return resource.get();
    }

    /** A resource that can only be read and whose answer comes later. */
    private static CompletableFuture<? extends Reply> read(
            Call call, Function<Call, CompletableFuture<Answer>> resource) {
        if (!call.method().equals("GET") || !accepts(call.field("Accept"), Answer.JSON)) {
            return now(get(call, Answer.JSON, () -> Answer.text(200, "")));
        }
        return resource.apply(call);
    }

    private static CompletableFuture<Answer> post(Call call, Function<Call, CompletableFuture<Answer>> resource) {
        return call.method().equals("POST")
                ? resource.apply(call)
                : CompletableFuture.completedFuture(methodNotAllowed(call, "POST"));
    }

    private static Answer methodNotAllowed(Call call, String allowed) {
        return Answer.problem(ProblemType.METHOD_NOT_ALLOWED, call.method() + " (expected: " + allowed + ')')
                .with("Allow", allowed);
    }

    /** RFC 9110 section 12.5.1, without weights other than zero: a range that is there is enough. */
    static boolean accepts(@Nullable String accept, String mediaType) {
        if (accept == null || accept.isBlank()) {
            return true;
        }
        String group = mediaType.substring(0, mediaType.indexOf('/')) + "/*";
        for (String part : accept.split(",", -1)) {
            String[] range = part.toLowerCase(Locale.ROOT).replace(" ", "").split(";", 2);
            boolean refused = range.length == 2 && range[1].matches("(.*;)?q=0(\\.0*)?(;.*)?");
            if (!refused && (range[0].equals("*/*") || range[0].equals(group) || range[0].equals(mediaType))) {
                return true;
            }
        }
        return false;
    }

    private CompletableFuture<Answer> operation(Call call, String name) {
        return post(call, posted -> {
            Optional<RolloutStatus> rollout = server.control().status(name);
            return rollout.isPresent()
                    ? operations.submit(rollout.get(), posted)
                    : CompletableFuture.completedFuture(unknownRollout(name));
        });
    }

    private Answer rollout(String name) {
        Optional<RolloutStatus> status = server.control().status(name);
        return status.isPresent()
                ? Answer.json(200, view(status.get()))
                        .with("ETag", Operations.etag(status.get().version()))
                : unknownRollout(name);
    }

    private Answer unknownRollout(String name) {
        List<String> names =
                server.control().statuses().stream().map(RolloutStatus::name).toList();
        return Answer.problem(
                ProblemType.UNKNOWN_ROLLOUT,
                name
                        + (names.isEmpty()
                                ? " (there are no rollouts)"
                                : " (there are: " + String.join(", ", names) + ')'));
    }

    private Answer rollouts() {
        List<RolloutStatus> statuses = server.control().statuses();
        long version = statuses.stream().mapToLong(RolloutStatus::version).max().orElse(0);
        return Answer.json(200, new Rollouts(statuses.stream().map(this::view).toList()))
                .with("ETag", Operations.etag(version));
    }

    private Rollout view(RolloutStatus status) {
        return RolloutView.of(status, observed(status.name()));
    }

    /** 0..1; null without traffic. */
    private @Nullable Double observed(String rollout) {
        double ratio = server.observedWeight(rollout);
        return Double.isNaN(ratio) ? null : ratio;
    }

    /** The newest first. */
    private Answer decisions() {
        List<Decisions.Summary> summaries = new ArrayList<>();
        server.control().reports().forEach(report -> summaries.add(0, ReportView.summary(report)));
        return Answer.document(new Decisions(summaries));
    }

    /** JSON, or a page of Markdown. */
    private Answer decision(Call call, String sequence) {
        Optional<Report> report =
                sequence.matches("[0-9]{1,18}") ? server.control().report(Long.parseLong(sequence)) : Optional.empty();
        if (report.isEmpty()) {
            return Answer.problem(
                    ProblemType.NOT_FOUND,
                    "no rollback or hold with the sequence " + sequence + " is among the newest "
                            + server.config().control().reports() + " (/v1/decisions lists them)");
        }
        DecisionReport view = ReportView.of(report.get());
        String accept = call.field("Accept");
        if (accepts(accept, Answer.JSON)) {
            return Answer.document(view);
        }
        return accepts(accept, Answer.MARKDOWN)
                ? Answer.document(Answer.MARKDOWN + "; charset=utf-8", ReportText.of(view))
                : Answer.problem(
                        ProblemType.NOT_ACCEPTABLE, "Accept must allow " + Answer.JSON + " or " + Answer.MARKDOWN);
    }

    private Answer routes() {
        return Answer.document(new Routes(server.config().routes().stream()
                .map(rule -> new Routes.Route(
                        rule.name(),
                        rule.match().host(),
                        rule.match().pathPrefix(),
                        rule.match().methods().stream().sorted().toList(),
                        rule.match().headers(),
                        rule.upstream(),
                        rule.rollout()))
                .toList()));
    }

    private Answer upstreams() {
        return Answer.document(new Upstreams(server.upstreams().stream()
                .map(u -> new Upstreams.Upstream(
                        u.name(), u.endpoints(), u.breaker(), u.connectionsBusy(), u.connectionsIdle()))
                .toList()));
    }

    /** JSON with sizes in bytes, or YAML that loads as a file. */
    private Answer config(Call call) {
        String accept = call.field("Accept");
        if (accepts(accept, Answer.JSON)) {
            return Answer.document(EffectiveConfig.inNumbers(server.config()));
        }
        return accepts(accept, Answer.YAML)
                ? Answer.document(Answer.YAML, EffectiveConfig.yaml(server.config()))
                : Answer.problem(ProblemType.NOT_ACCEPTABLE, "Accept must allow " + Answer.JSON + " or " + Answer.YAML);
    }

    private Answer explain(Call call) {
        Optional<String> route = call.parameter("route");
        Optional<String> unit = call.parameter("unit");
        if (route.isEmpty() || unit.isEmpty()) {
            return Answer.problem(ProblemType.BAD_REQUEST, "expected: ?route=NAME&unit=KEY, each once");
        }
        return server.explain(route.get(), unit.get())
                .map(a -> Answer.document(new Assignment(
                        a.route(),
                        a.rollout(),
                        a.unit(),
                        a.variant(),
                        a.bucket(),
                        RolloutView.ratio(a.weight()),
                        a.reason())))
                .orElseGet(() -> Answer.problem(ProblemType.NOT_FOUND, "there is no route " + route.get()));
    }

    /** Starts after Last-Event-ID (what a browser sends when it reconnects), else after ?after=, else with what comes next. */
    private Reply events(Call call) {
        String last = call.field("Last-Event-ID");
        String after = last != null ? last : call.parameter("after").orElse("");
        if (after.isEmpty()) {
            var recent = server.control().eventsAfter(0, Integer.MAX_VALUE);
            return new Reply.Events(
                    recent.isEmpty() ? 0 : recent.get(recent.size() - 1).sequence());
        }
        return after.matches("[0-9]{1,18}")
                ? new Reply.Events(Long.parseLong(after))
                : Answer.problem(ProblemType.BAD_REQUEST, "Last-Event-ID must be a journal sequence");
    }

    private Answer metrics(Call call) {
        String contentType = TextFormat.chooseContentType(call.field("Accept"));
        StringWriter out = new StringWriter(64 << 10);
        try {
            server.writeMetrics(contentType, out);
        } catch (IOException e) {
            throw new IllegalStateException("metrics cannot be written", e);
        }
        return new Answer(200, contentType, out.toString().getBytes(UTF_8), Map.of());
    }

    private Answer ready(Call call) {
        Health health = readiness.health();
        int status = health.status().equals("ready") ? 200 : 503;
        String accept = call.field("Accept");
        if (accept != null && !accepts(accept, "text/plain") && accepts(accept, Answer.JSON)) {
            return Answer.json(status, health);
        }
        boolean verbose = call.query().containsKey("verbose");
        return Answer.text(status, verbose ? Readiness.text(health) : health.status() + '\n');
    }
}
