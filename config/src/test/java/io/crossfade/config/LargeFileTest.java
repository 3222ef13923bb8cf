package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** A file of thousands of routes is read in time in proportion to its length, right or wrong. */
final class LargeFileTest {

    /** What would be done in the square of the length takes minutes here. */
    private static final Duration FAR_TOO_LONG = Duration.ofSeconds(60);

    @Test
    void tenThousandRoutesAndAThousandUpstreamsLoad() {
        Config config = Loading.config(file(10_000, 1_000, "up"));

        assertThat(config.routes()).hasSize(10_000);
        assertThat(config.upstreams()).hasSize(1_000);
        assertThat(config.routes().get(9_999).upstream()).isEqualTo("up999");
    }

    @Test
    void aFileOfTheLargestSizeLoads() {
        Assertions.assertTimeoutPreemptively(FAR_TOO_LONG, () -> {
            String yaml = file(100_000, 10_000, "up");
            assertThat(yaml.length()).isBetween(ConfigLoader.LARGEST_FILE / 2, ConfigLoader.LARGEST_FILE);
            assertThat(Loading.config(yaml).routes()).hasSize(100_000);
        });
    }

    @Test
    void aHundredThousandMistakesAreCounted() {
        Assertions.assertTimeoutPreemptively(FAR_TOO_LONG, () -> {
            List<String> problems = Loading.problems(Loading.load(file(100_000, 10_000, "op")));
            assertThat(problems).hasSize(Problems.MOST + 1).last().isEqualTo("  and 99000 more problems");
            assertThat(problems.get(0)).contains("no upstream is called op0 (did you mean up0?)");
        });
    }

    @Test
    void aMisspeltWordIsComparedWithSoManyAtMost() {
        Counted names = new Counted(
                IntStream.range(0, 50_000).mapToObj(i -> "upstream-" + i).toList());

        assertThat(Nearest.to("upstrem-1", names)).contains("upstream-1");
        assertThat(names.looked).isLessThanOrEqualTo(501);
    }

    private static String file(int routes, int upstreams, String referred) {
        StringBuilder yaml = new StringBuilder("version: 1\nlisteners: [{ name: edge, address: '127.0.0.1:8080' }]\n");
        yaml.append("upstreams:\n");
        for (int i = 0; i < upstreams; i++) {
            yaml.append("  - { name: up").append(i).append(", endpoints: ['10.0.0.1:8080', '10.0.0.2:8080'] }\n");
        }
        yaml.append("routes:\n");
        for (int i = 0; i < routes; i++) {
            yaml.append("  - { name: route")
                    .append(i)
                    .append(", match: { host: h")
                    .append(i);
            yaml.append(".example, pathPrefix: /api }, upstream: ")
                    .append(referred)
                    .append(i % upstreams);
            yaml.append(" }\n");
        }
        return yaml.toString();
    }

    /** Names that know how many of them were looked at. */
    private static final class Counted extends AbstractCollection<String> {
        private final Collection<String> names;
        private int looked;

        Counted(Collection<String> names) {
            this.names = new ArrayList<>(names);
        }

        @Override
        public Iterator<String> iterator() {
            Iterator<String> all = names.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public String next() {
                    looked++;
                    return all.next();
                }
            };
        }

        @Override
        public int size() {
            return names.size();
        }
    }
}
