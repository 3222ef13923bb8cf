package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.LoadResult.Loaded;
import io.crossfade.config.LoadResult.Rejected;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loads texts as if they were files in a folder of their own. */
final class Loading {

    static final Path FILE = Path.of("/etc/crossfade/crossfade.yaml");

    private static final String LISTENERS = "listeners: [{ name: edge, address: '127.0.0.1:8080' }]\n";
    private static final String UPSTREAMS =
            "upstreams: [{ name: legacy, endpoints: ['h:1'] }, { name: next, endpoints: ['h:2'] }]\n";
    private static final String ROUTES = "routes: [{ name: all, match: { pathPrefix: / }, upstream: legacy }]\n";

    private Loading() {}

    static LoadResult load(String yaml) {
        return load(yaml, Map.of());
    }

    static LoadResult load(String yaml, Map<String, String> environment) {
        return ConfigLoader.parse(FILE, yaml.getBytes(StandardCharsets.UTF_8), environment);
    }

    static Config config(String yaml) {
        return config(load(yaml));
    }

    static Config config(LoadResult result) {
        assertThat(result).isInstanceOf(Loaded.class);
        return ((Loaded) result).config();
    }

    /** The messages without the name of the file: {@code 3:7  limits.head  ...}. */
    static List<String> problems(LoadResult result) {
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result)
                .problems().stream()
                        .map(problem -> problem.toString().replaceFirst("^" + FILE + ":?", ""))
                        .toList();
    }

    /** As above, after a look whether each place is one where a key or a value begins or is missing. */
    static List<String> problems(String yaml) {
        LoadResult result = load(yaml);
        if (result instanceof Rejected rejected) {
            List<String> lines = yaml.lines().toList();
            for (Problem problem : rejected.problems()) {
                if (problem.line() > 0) {
                    String before = lines.get(problem.line() - 1).substring(0, problem.column() - 1);
                    assertThat(before).as("%s", problem).matches("|.*[ \\[{\\]:]");
                }
            }
        }
        return problems(result);
    }

    /** A whole file around one more section. It begins in line 5. */
    static String with(String section) {
        return "version: 1\n" + LISTENERS + UPSTREAMS + ROUTES + section;
    }

    /** A whole file with this listener. It stands in line 2, from column 13. */
    static String withListener(String listener) {
        return "version: 1\nlisteners: [" + listener + "]\n" + UPSTREAMS + ROUTES;
    }

    /** A whole file with this upstream beside another. It stands in line 2, from column 13. */
    static String withUpstream(String upstream) {
        return "version: 1\nupstreams: [" + upstream + ", { name: legacy, endpoints: ['h:1'] }]\n" + LISTENERS + ROUTES;
    }

    /** A whole file with this route. It stands in line 2, from column 10. */
    static String withRoute(String route) {
        return "version: 1\nroutes: [" + route + "]\n" + LISTENERS + UPSTREAMS
                + "rollouts: [{ name: shift, variants: { baseline: legacy, canary: next } }]\n";
    }

    /** A whole file with a rollout with these further keys, written in flow style. It stands in line 5. */
    static String withRollout(String keys) {
        return with("rollouts: [{ name: shift, variants: { baseline: legacy, canary: next }" + keys + " }]\n");
    }

    static RolloutSpec rollout(String keys) {
        return config(withRollout(keys)).rollouts().get(0);
    }
}
