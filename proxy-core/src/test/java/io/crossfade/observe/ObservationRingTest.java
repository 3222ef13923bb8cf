package io.crossfade.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ObservationRingTest {
    @Test
    void givesBackWhatWasOfferedInOrder() {
        ObservationRing ring = new ObservationRing(4);
        List<String> read = new ArrayList<>();
        for (int lap = 0; lap < 5; lap++) {
            assertThat(ring.offer(lap, 1, 2)).isTrue();
            assertThat(ring.offer(lap, 3, 4)).isTrue();
            assertThat(ring.offer(lap, 5, 6)).isTrue();
            assertThat(ring.drain((a, b, c) -> read.add(a + " " + b + " " + c))).isEqualTo(3);
            assertThat(read).containsExactly(lap + " 1 2", lap + " 3 4", lap + " 5 6");
            read.clear();
        }
        assertThat(ring.drain((a, b, c) -> read.add("none"))).isZero();
    }

    @Test
    void dropsAndCountsWhatFindsItFull() {
        ObservationRing ring = new ObservationRing(2);
        assertThat(ring.offer(1, 0, 0)).isTrue();
        assertThat(ring.offer(2, 0, 0)).isTrue();
        assertThat(ring.offer(3, 0, 0)).isFalse();
        assertThat(ring.dropped()).isEqualTo(1);
        List<Long> read = new ArrayList<>();
        ring.drain((a, b, c) -> read.add(a));
        assertThat(read).containsExactly(1L, 2L);
        assertThat(ring.offer(4, 0, 0)).isTrue();
    }

    @Test
    void aCapacityThatIsNoPowerOfTwoIsRefused() {
        assertThatThrownBy(() -> new ObservationRing(3)).hasMessageContaining("capacity: 3");
        assertThatThrownBy(() -> new ObservationRing(0)).hasMessageContaining("capacity: 0");
    }

    @Test
    @Timeout(60)
    void twoThreadsLoseAndTearNothing() {
        int offers = 500_000;
        ObservationRing ring = new ObservationRing(1_024);
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int accepted = 0;
            for (long i = 0; i < offers; i++) {
                if (ring.offer(i, i * 31, ~i)) {
                    accepted++;
                } else {
                    Thread.onSpinWait();
                }
            }
            return accepted;
        });
        long[] last = {-1};
        int read = 0;
        boolean over;
        do {
            over = writer.isDone(); // before the drain, so that the last one is whole
            read += ring.drain((a, b, c) -> {
                if (a <= last[0] || b != a * 31 || c != ~a) {
                    throw new AssertionError("read " + a + " " + b + " " + c + " after " + last[0]);
                }
                last[0] = a;
            });
            Thread.onSpinWait();
        } while (!over);
        assertThat(read).isEqualTo(writer.join());
        assertThat(read + ring.dropped()).isEqualTo(offers);
    }
}
