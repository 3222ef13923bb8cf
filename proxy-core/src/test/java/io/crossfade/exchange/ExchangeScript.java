package io.crossfade.exchange;

import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import io.crossfade.exchange.ClientDoor.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays a script: what clients and endpoints do, and below each line what was seen then. A script names no protocol, so that it can
 * be played over each.
 *
 * <pre>
 * given legacy responseTimeout: 2s        a key of an upstream, of a limit, of the route, of the rollout
 * given weight 100%                       all users on the canary
 * given metric { name: latency }           one that is looked at, and no other
 * &gt; a GET /x                              client a asks; HTTP/1.0, user=7, length=5, chunked, "body", [Field: value] may follow
 * &gt; a body "text" last                    also: trailers X: 1, bytes "raw", goes away, resets, faults, stops taking, takes again
 * &gt; legacy 200 "hello"                    the endpoint answers the oldest request; close, chunked, length=9, until-close, more
 * &gt; legacy body "text" last               also: 100, trailers X: 1, bytes "raw", closes, resets, faults, stops taking, takes again
 * &gt; legacy.2 refuses                      connects to the second endpoint; also accepts, is silent
 * &gt; after 500ms                           time passes; also: recall, judged, drain, weight 5%
 * &gt; p99 20ms                              of the baseline, as the control thread sets it: slow from 5, 10, 20 and 40 ms on
 * &gt; gaps 50ms                               silences in the baseline's bodies; in force with the next p99
 * &gt; new units                              are told from now on, all users are new
 * &gt; told                                  what the control thread is told since the last time
 * </pre>
 */
final class ExchangeScript {
    private static final Pattern TOKEN =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"(?:\\*(\\d+))?|\\[([^\\]]*)\\]|(\\S+)");

    private final StringBuilder out = new StringBuilder();
    private final StringBuilder legacy = new StringBuilder();
    private final StringBuilder next = new StringBuilder();
    private final StringBuilder route = new StringBuilder();
    private final StringBuilder rollout = new StringBuilder();
    private final StringBuilder limits = new StringBuilder();
    private final StringBuilder metrics = new StringBuilder();
    private String weight = "0%";

    /** @return the script as it went: its own lines, and what was seen */
    static String play(String script) {
        return new ExchangeScript().run(script);
    }

    private String run(String script) {
        World world = null;
        for (String line : script.split("\n", -1)) {
            if (line.startsWith("#") || line.isBlank()) {
                out.append(line).append('\n');
            } else if (line.startsWith("given ")) {
                given(line.substring("given ".length()));
                out.append(line).append('\n');
            } else if (line.startsWith("> ")) {
                world = world == null ? new World(config()) : world;
                out.append(line).append('\n');
                try {
                    act(world, line.substring(2));
                } catch (RuntimeException e) {
                    throw new IllegalArgumentException("in the line: " + line, e);
                }
                world.settle();
                tell(world);
                if (line.equals("> told")) {
                    List<String> told = world.told();
                    say("told: " + (told.isEmpty() ? "nothing" : String.join("; ", told)));
                }
            }
        }
        if (world != null) {
            out.replace(0, out.length(), out.toString().stripTrailing()).append('\n');
            say("left: " + world.left());
        }
        return out.toString().stripTrailing() + "\n";
    }

    private void say(String what) {
        out.append("  ").append(what).append('\n');
    }

    private void tell(World world) {
        world.endpoints.forEach((name, door) -> tell(name, door.saw()));
        world.doors.forEach((name, door) -> tell(name, door.saw()));
        world.refused().forEach(word -> say("refused: " + word));
        world.ended().forEach(words -> say("ended: " + words));
    }

    private void tell(String name, List<String> words) {
        if (!words.isEmpty()) {
            say(name + ": " + String.join(" ", words));
        }
    }

    // ---- what is given

    private void given(String what) {
        String[] words = what.split(" ", 2);
        switch (words[0]) {
            case "legacy" -> legacy.append(", ").append(words[1]);
            case "next" -> next.append(", ").append(words[1]);
            case "route" -> route.append(", ").append(words[1]);
            case "rollout" -> rollout.append(", ").append(words[1]);
            case "metric" -> metrics.append(metrics.isEmpty() ? "" : ", ").append(words[1]);
            case "limit" -> limits.append(limits.isEmpty() ? "" : ", ").append(words[1]);
            case "weight" -> weight = words[1];
            default ->
                throw new IllegalArgumentException(
                        "given " + what + " (expected: legacy, next, route, rollout, metric, limit, weight)");
        }
    }

    private static String endpoints(StringBuilder keys, int port) {
        return keys.indexOf("endpoints:") >= 0 ? "" : ", endpoints: [\"192.0.2.1:" + port + "\"]";
    }

    private Config config() {
        String yaml = "version: 1\nlisteners: [{ name: edge, address: \"127.0.0.1:0\" }]\nupstreams:\n"
                + "  - { name: legacy" + endpoints(legacy, 9001) + legacy + " }\n"
                + "  - { name: next" + endpoints(next, 9002) + next + " }\n"
                + "routes:\n  - { name: shop, match: { pathPrefix: /x }, rollout: shop" + route + " }\n"
                + "rollouts:\n  - { name: shop, variants: { baseline: legacy, canary: next }, weight: " + weight
                + ", unit: { from: [{ header: X-User }] }" + rollout
                + (metrics.isEmpty() ? "" : ", analysis: { metrics: [" + metrics + "] }") + " }\n"
                + "limits: { " + limits + " }\n";
        LoadResult result = ConfigLoader.parse(Path.of("script.yaml"), yaml, Map.of());
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded.config();
        }
        throw new IllegalArgumentException(result + "\n" + yaml);
    }

    // ---- what is done

    private static void act(World world, String line) {
        int blank = line.indexOf(' ');
        String who = blank < 0 ? line : line.substring(0, blank);
        String what = blank < 0 ? "" : line.substring(blank + 1);
        switch (who) {
            case "after" -> world.after(millis(what));
            case "recall" -> world.recall();
            case "judged" -> world.judge();
            case "p99" -> world.p99(millis(what));
            case "new" -> world.newUnits();
            case "gaps" -> world.gaps(millis(what));
            case "told" -> {} // said with what was seen
            case "drain" -> world.drain();
            case "weight" -> world.weight(World.buckets(what));
            default -> {
                String endpoint = who.split("#", 2)[0];
                if (!world.isEndpoint(endpoint)) {
                    client(world.client(who), what);
                } else if (what.equals("accepts") || what.equals("refuses") || what.equals("is silent")) {
                    world.connects(
                            endpoint,
                            World.Connects.valueOf(
                                    what.toUpperCase(java.util.Locale.ROOT).replace(' ', '_')));
                } else {
                    endpoint(world.endpoint(who), what);
                }
            }
        }
    }

    private static long millis(String text) {
        return text.endsWith("ms")
                ? Long.parseLong(text.substring(0, text.length() - 2))
                : Long.parseLong(text.substring(0, text.length() - 1)) * 1000;
    }

    private static void client(ClientDoor client, String what) {
        List<String> words = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        String body = split(what, words, fields);
        switch (words.isEmpty() ? "" : words.get(0)) {
            case "body" -> client.body(body, words.contains("last"));
            case "bytes" -> client.raw(body);
            case "trailers" -> client.trailers(what.substring("trailers ".length()));
            case "goes" -> client.goesAway();
            case "resets" -> client.resets();
            case "faults" -> client.faults();
            case "stops" -> client.takes(false);
            case "takes" -> client.takes(true);
            default -> client.request(request(words, fields, body));
        }
    }

    private static Request request(List<String> words, List<String> fields, String body) {
        String version = words.contains("HTTP/1.0") ? "HTTP/1.0" : "HTTP/1.1";
        int length = body.length();
        String user = "7";
        for (String word : words) {
            if (word.startsWith("length=")) {
                length = Integer.parseInt(word.substring("length=".length()));
            } else if (word.equals("chunked")) {
                length = Request.UNKNOWN;
            } else if (word.startsWith("user=")) {
                user = word.substring("user=".length());
            }
        }
        if (words.contains("close")) {
            fields.add("Connection: close");
        }
        if (words.contains("keep-alive")) {
            fields.add("Connection: keep-alive");
        }
        if (words.contains("expect")) {
            fields.add("Expect: 100-continue");
        }
        return new Request(words.get(0), words.get(1), version, user, fields, length, body);
    }

    private static void endpoint(EndpointDoor endpoint, String what) {
        List<String> words = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        String body = split(what, words, fields);
        switch (words.isEmpty() ? "" : words.get(0)) {
            case "body" -> endpoint.body(body, words.contains("last"));
            case "bytes" -> endpoint.raw(body);
            case "trailers" -> endpoint.trailers(what.substring("trailers ".length()));
            case "closes" -> endpoint.closes();
            case "resets" -> endpoint.resets();
            case "faults" -> endpoint.faults();
            case "stops" -> endpoint.takes(false);
            case "takes" -> endpoint.takes(true);
            default -> answer(endpoint, words, fields, body);
        }
    }

    private static void answer(EndpointDoor endpoint, List<String> words, List<String> fields, String body) {
        int status = Integer.parseInt(words.get(0));
        if (status < 200) {
            endpoint.interim(status);
            return;
        }
        int length = status == 204 || status == 304 ? EndpointDoor.UNTIL_CLOSE : body.length();
        for (String word : words) {
            if (word.startsWith("length=")) {
                length = Integer.parseInt(word.substring("length=".length()));
            }
        }
        length = words.contains("chunked") ? Request.UNKNOWN : length;
        length = words.contains("until-close") ? EndpointDoor.UNTIL_CLOSE : length;
        if (words.contains("close")) {
            fields.add("Connection: close");
        }
        boolean last = !words.contains("more") && !words.contains("until-close");
        endpoint.answer(status, fields, length, body, last);
    }

    /** Plain words, and beside them what stands in brackets; what stands in quotes is returned, repeated if so many are asked for. */
    private static String split(String what, List<String> words, List<String> fields) {
        StringBuilder body = new StringBuilder();
        Matcher token = TOKEN.matcher(what);
        while (token.find()) {
            if (token.group(1) != null) {
                String text =
                        token.group(1).replace("\\r", "\r").replace("\\n", "\n").replace("\\\"", "\"");
                body.append(text.repeat(token.group(2) == null ? 1 : Integer.parseInt(token.group(2))));
            } else if (token.group(3) != null) {
                fields.add(token.group(3));
            } else {
                words.add(token.group(4));
            }
        }
        return body.toString();
    }
}
