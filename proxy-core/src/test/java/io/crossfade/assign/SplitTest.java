package io.crossfade.assign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
    private static final int USERS = 20_000;

    @ParameterizedTest
    @CsvSource({"orders, 5000", "payments, 5000", "orders, 1000", "orders, 50000", "a, 25000"})
    void theShareOfCanaryUsersIsWithinThreeSigmaOfTheWeight(String salt, int weight) {
        int canaries = canaries(new Split(salt, weight)).cardinality();
        double p = (double) weight / Buckets.COUNT;
        assertThat((double) canaries).isBetween(USERS * p - 3 * sigma(p), USERS * p + 3 * sigma(p));
    }

    @Test
    void aGrowingWeightMovesNobodyBackAndAShrinkingOneOnlyTheExcess() {
        Split split = new Split("orders", 0);
        BitSet before = canaries(split);
        for (int weight : new int[] {1_000, 5_000, 25_000, 50_000, 100_000}) {
            BitSet now = canaries(split.withWeight(weight));
            assertThat(subset(before, now)).as("grown to %d", weight).isTrue();
            before = now;
        }
        assertThat(before.cardinality()).isEqualTo(USERS);
        for (int weight : new int[] {50_000, 5_000, 0}) {
            Split shrunk = split.withWeight(weight);
            BitSet now = canaries(shrunk);
            assertThat(subset(now, before)).as("shrunk to %d", weight).isTrue();
            BitSet moved = (BitSet) before.clone();
            moved.andNot(now);
            assertThat(moved.stream().map(user -> shrunk.bucket(shrunk.unit("user-" + user))))
                    .allMatch(bucket -> bucket >= weight);
            before = now;
        }
        assertThat(before.cardinality()).isZero();
    }

    /** Computed by another implementation. They are a promise: a release that changes them moves users. */
    @ParameterizedTest
    @CsvSource({
        "orders, user-1, 53759",
        "orders, user-2, 77423",
        "orders, jürgen, 36925",
        "orders, 6f1c1a52-6d0e-4c64-9f39-0d6b1f0f4f7a, 14804",
        "payments, user-1, 38966",
        "payments, 192.0.2.7, 21471",
    })
    void theBucketOfAUserNeverChanges(String salt, String user, int bucket) {
        Split split = new Split(salt, 5_000);
        assertThat(split.bucket(split.unit(user))).isEqualTo(bucket);
    }

    @Test
    void theKeyInTheRequestAndTheKeyAsTextAreTheSameUnit() {
        Split split = new Split("orders", 5_000);
        byte[] cookie = "uid=jürgen; theme=dark".getBytes(UTF_8);
        assertThat(split.unit(cookie, 4, 11)).isEqualTo(split.unit("jürgen"));
    }

    @Test
    void twoSaltsStartWithDifferentUsers() {
        BitSet both = canaries(new Split("orders", 5_000));
        both.and(canaries(new Split("payments", 5_000)));
        double p = 0.05 * 0.05;
        assertThat((double) both.cardinality()).isBetween(USERS * p - 3 * sigma(p), USERS * p + 3 * sigma(p));
    }

    /** Pearson's chi-squared over 100 groups of buckets; 99 degrees of freedom exceed 160.1 once in 10,000 keys sets. */
    @Test
    void bucketsAreFilledEvenly() {
        int[] filled = new int[100];
        Split split = new Split("orders", 0);
        for (int user = 0; user < USERS; user++) {
            filled[split.bucket(split.unit("user-" + user)) / 1_000]++;
        }
        double expected = USERS / 100.0;
        double chiSquared = Arrays.stream(filled)
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
        assertThat(chiSquared).isLessThan(160.1);
    }

    @Test
    void theBucketIsTheUnsignedRemainder() {
        assertThat(Buckets.of(-1)).isEqualTo(51_615); // 18,446,744,073,709,551,615
        assertThat(Buckets.of(Long.MIN_VALUE)).isEqualTo(75_808); // 9,223,372,036,854,775,808
        assertThat(Buckets.of(99_999)).isEqualTo(99_999);
    }

    @Test
    void aWeightOutsideItsRangeIsRefused() {
        for (int weight : List.of(-1, 100_001)) {
            assertThatThrownBy(() -> new Split("orders", 0).withWeight(weight))
                    .hasMessage("weight: " + weight + " (expected: 0..100000)");
        }
    }

    @Test
    void unitKeysKeepTheirOrderAndCompileTheirNames() {
        UnitKeys keys = new UnitKeys(List.of(
                new UnitKeys.Source(UnitKeys.Kind.HEADER, "X-User-Id"),
                new UnitKeys.Source(UnitKeys.Kind.COOKIE, "Uid"),
                new UnitKeys.Source(UnitKeys.Kind.CLIENT_IP, "")));
        assertThat(keys.size()).isEqualTo(3);
        assertThat(keys.kind(0)).isEqualTo(UnitKeys.Kind.HEADER);
        assertThat(keys.name(0)).asString(UTF_8).isEqualTo("x-user-id");
        assertThat(keys.name(1)).asString(UTF_8).isEqualTo("Uid");
        assertThat(keys.kind(2)).isEqualTo(UnitKeys.Kind.CLIENT_IP);
    }

    private static double sigma(double p) {
        return Math.sqrt(USERS * p * (1 - p));
    }

    private static BitSet canaries(Split split) {
        BitSet canaries = new BitSet();
        for (int user = 0; user < USERS; user++) {
            canaries.set(user, split.canary(split.unit("user-" + user)));
        }
        return canaries;
    }

    private static boolean subset(BitSet inner, BitSet outer) {
        BitSet outside = (BitSet) inner.clone();
        outside.andNot(outer);
        return outside.isEmpty();
    }
}
