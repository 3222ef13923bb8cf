package io.crossfade.admin.cli;

import io.crossfade.admin.api.AuditAcceptance;
import io.crossfade.admin.api.OperationRequest;
import io.crossfade.admin.api.Problem;
import io.crossfade.admin.api.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Calls the admin API of one server; every way in which that can fail becomes one line and an exit code. */
final class AdminClient {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final URI server;
    private final String actor;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    /** @throws Failure when the address is no http URL */
    AdminClient(String server, String actor) throws Failure {
        this.actor = actor;
        try {
            this.server = URI.create(server.contains("://") ? server : "http://" + server);
        } catch (IllegalArgumentException e) {
            throw notAnAddress(server);
        }
        if (this.server.getHost() == null || !this.server.getScheme().matches("https?")) {
            throw notAnAddress(server);
        }
    }

    private static Failure notAnAddress(String server) {
        return new Failure(Exit.USAGE, "--server " + server + " (expected: an address such as http://127.0.0.1:9900)");
    }

    /** What a server said: status below 400 unless the caller asked for all; etag empty when there is none. */
    record Answer(int status, String body, String etag) {

        <T> T as(Class<T> type) throws Failure {
            try {
                return Wire.answer(body, type);
            } catch (IllegalArgumentException e) {
                throw new Failure(Exit.FAILED, "the server's answer is not understood: " + e.getMessage());
            }
        }

        JsonNode tree() throws Failure {
            return as(JsonNode.class);
        }
    }

    /** A resource; an error status is a failure. */
    Answer get(String path) throws Failure {
        return checked(send(request(path).header("Accept", "application/json").GET()));
    }

    /** A resource as text of a media type that is not JSON. */
    String text(String path, String mediaType) throws Failure {
        HttpResponse<String> response =
                send(request(path).header("Accept", mediaType).GET());
        return response.statusCode() == 200 && contentType(response).startsWith(mediaType)
                ? response.body()
                : checked(response).body();
    }

    /** Has the server judge a configuration; that it has mistakes (422) is an answer too. */
    Answer judge(String path, String yaml) throws Failure {
        HttpResponse<String> response = send(request(path)
                .header("Content-Type", "application/yaml")
                .header("Crossfade-Actor", actor)
                .POST(BodyPublishers.ofString(yaml)));
        return response.statusCode() == 422 && isProblem(response)
                ? new Answer(422, response.body(), "")
                : checked(response);
    }

    /** Has the server read its file again, and waits for it; that the file has mistakes (422) is an answer too. */
    Answer reload(Duration atMost) throws Failure {
        HttpResponse<String> response = send(request("/v1/config:apply")
                .timeout(atMost)
                .header("Crossfade-Actor", actor)
                .POST(BodyPublishers.noBody()));
        return response.statusCode() == 422 && isProblem(response)
                ? new Answer(422, response.body(), "")
                : checked(response);
    }

    /** A resource whose error status is an answer too (health). */
    Answer look(String path) throws Failure {
        HttpResponse<String> response =
                send(request(path).header("Accept", "application/json").GET());
        return isJson(response) && response.statusCode() == 503
                ? new Answer(503, response.body(), "")
                : checked(response);
    }

    Answer operate(String rollout, OperationRequest operation, Optional<String> ifMatch) throws Failure {
        HttpRequest.Builder request = request("/v1/rollouts/" + Url.segment(rollout) + "/operations")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .header("Crossfade-Actor", actor)
                .POST(BodyPublishers.ofByteArray(Wire.bytes(operation)));
        ifMatch.ifPresent(tag -> request.header("If-Match", tag));
        return checked(send(request));
    }

    /** Takes a damaged journal as it is. */
    Answer accept(AuditAcceptance acceptance) throws Failure {
        return checked(send(request("/v1/audit:accept")
                .header("Content-Type", "application/json")
                .header("Crossfade-Actor", actor)
                .POST(BodyPublishers.ofByteArray(Wire.bytes(acceptance)))));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(ANSWER);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Failure {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw unreachable("connection refused");
        } catch (HttpTimeoutException e) {
            throw unreachable("no answer in time");
        } catch (IOException e) {
            throw unreachable(Optional.ofNullable(e.getMessage()).orElse("the connection broke"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Exit.FAILED, "interrupted");
        }
    }

    private Failure unreachable(String why) {
        return new Failure(
                Exit.FAILED,
                "cannot reach " + server + ": " + why
                        + ". Is the server running there? Another one: --server URL or CROSSFADE_SERVER");
    }

    private Answer checked(HttpResponse<String> response) throws Failure {
        int status = response.statusCode();
        if (status < 300 && isJson(response)) {
            return new Answer(
                    status,
                    response.body(),
                    response.headers().firstValue("ETag").orElse(""));
        }
        if (status < 400 || !isProblem(response)) {
            throw new Failure(
                    Exit.FAILED,
                    server + " does not answer like a Crossfade admin API (status " + status + "). "
                            + "Another address: --server URL or CROSSFADE_SERVER");
        }
        throw refused(status, response.body());
    }

    private static Failure refused(int status, String body) {
        try {
            Problem problem = Wire.answer(body, Problem.class);
            return new Failure(Exit.ofStatus(status), problem.title() + ": " + problem.detail());
        } catch (IllegalArgumentException e) {
            return new Failure(Exit.FAILED, "the server answered " + status + " and no readable reason");
        }
    }

    private static boolean isJson(HttpResponse<String> response) {
        return contentType(response).startsWith("application/json");
    }

    private static boolean isProblem(HttpResponse<String> response) {
        return contentType(response).startsWith(Problem.MEDIA_TYPE);
    }

    private static String contentType(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }
}
