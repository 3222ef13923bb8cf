package io.crossfade.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What became of a configuration file. */
public sealed interface LoadResult {

    /** The configuration; empty where there is none, then each problem has been told. */
    Optional<Config> orTell(Consumer<Problem> listener);

    /** The file is right in every respect that can be known without using it. */
    record Loaded(Config config) implements LoadResult {
        @Override
        public Optional<Config> orTell(Consumer<Problem> listener) {
            return Optional.of(config);
        }
    }

    /**
     * The file cannot be used.
     *
     * @param problems all mistakes, in the order of the file; never empty
     */
    record Rejected(List<Problem> problems) implements LoadResult {
        public Rejected {
            Bounds.check()
                    .that(!problems.isEmpty(), "problems", problems, "at least one")
                    .keep();
            problems = List.copyOf(problems);
        }

        @Override
        public Optional<Config> orTell(Consumer<Problem> listener) {
            problems.forEach(listener);
            return Optional.empty();
        }
    }
}
