/** JMH benchmarks of the hot path, one class per question; load-tests/microbenchmarks runs them. */
@NullMarked
package io.crossfade.load.bench;

import org.jspecify.annotations.NullMarked;
