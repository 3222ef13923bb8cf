package io.crossfade.config;

import java.util.List;

/** What became of a configuration file. */
public sealed interface LoadResult {

    /** The file is right in every respect that can be known without using it. */
    record Loaded(Config config) implements LoadResult {}

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
    }
}
