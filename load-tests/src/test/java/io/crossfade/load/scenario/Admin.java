package io.crossfade.load.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin API as an operator's script sees it. Any thread. */
final class Admin {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final String url;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Admin(String url) {
        this.url = url;
    }

    String url() {
        return url;
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    /** The server reads its file again. */
    HttpResponse<String> reload() {
        return send(request("/v1/config:apply")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    JsonNode json(String path) {
        HttpResponse<String> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + ' ' + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    JsonNode rollout(String name) {
        return json("/v1/rollouts/" + name);
    }

    /** Canary share in force, 0..1. */
    double weight(String rollout) {
        return rollout(rollout).path("weight").path("set").asDouble();
    }

    String phase(String rollout) {
        return rollout(rollout).path("phase").asString();
    }

    /** One operation, whatever the version; {@code more} is JSON such as {@code ,"weight":"5%"}. */
    HttpResponse<String> ask(String rollout, String type, String more) {
        return send(operation(rollout, type, more));
    }

    /** As {@link #ask}, and it must be accepted. */
    void operate(String rollout, String type, String more) {
        HttpResponse<String> answer = ask(rollout, type, more);
        if (answer.statusCode() != 202) {
            throw new AssertionError(type + more + ": " + answer.statusCode() + ' ' + answer.body());
        }
    }

    void setWeight(String rollout, String weight) {
        operate(rollout, "setWeight", ",\"weight\":\"" + weight + '"');
    }

    HttpRequest operation(String rollout, String type, String more) {
        return request("/v1/rollouts/" + rollout + "/operations")
                .header("Content-Type", "application/json")
                .header("If-Match", "*")
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + type + "\"" + more + '}'))
                .build();
    }

    HttpClient client() {
        return client;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
