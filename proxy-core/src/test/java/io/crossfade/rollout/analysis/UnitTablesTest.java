package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The tables of units against what they stand for, and what was saved of them against what became of them since. */
final class UnitTablesTest {
    private final long seed = new SplittableRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    /** The cool-down in the words of its rule. */
    private static final class Rule {
        private record Spent(long countedAt, long hourBegan, int times) {}

        private final LinkedHashMap<Long, Spent> units = new LinkedHashMap<>();

        int counts(long unit, long now) {
            Iterator<Spent> first = units.values().iterator(); // those that counted longest ago
            while (first.hasNext() && first.next().countedAt() <= now - 3_600_000) {
                first.remove();
            }
            Spent before = units.get(unit);
            if (before == null) {
                if (units.size() == Cooldown.MOST) {
                    Map.Entry<Long, Spent> oldest = units.entrySet().iterator().next();
                    if (now - oldest.getValue().countedAt() < Cooldown.MILLIS) {
                        return -1;
                    }
                    units.remove(oldest.getKey());
                }
                units.put(unit, new Spent(now, now, 1));
                return 0;
            }
            if (now - before.countedAt() < Cooldown.MILLIS) {
                return -1;
            }
            boolean fresh = now - before.hourBegan() >= 3_600_000;
            units.remove(unit);
            units.put(unit, new Spent(now, fresh ? now : before.hourBegan(), fresh ? 1 : before.times() + 1));
            return fresh ? 0 : before.times();
        }
    }

    @Test
    void aSetKnowsWhatWasAddedAndAMementoWhatWasThere() {
        for (int most : new int[] {1, 64, 513, 20_000}) {
            UnitSet set = new UnitSet(most);
            Set<Long> model = new HashSet<>();
            List<Supplier<long[]>> saved = new ArrayList<>();
            List<long[]> then = new ArrayList<>();
            for (int i = 0; i < 3 * most; i++) {
                long unit = random.nextLong(2L * most) * (random.nextBoolean() ? 1 : 0x123456789ABCDEFL);
                assertThat(set.add(unit)).as("seed %d", seed).isEqualTo(model.size() < most && model.add(unit));
                if (i % (most / 8 + 1) == 0) {
                    Words out = new Words();
                    set.save(out);
                    saved.add(out.asItStands());
                    then.add(expected(model));
                }
            }
            assertThat(set.size()).isEqualTo(model.size());
            for (int i = 0; i < saved.size(); i++) {
                assertThat(saved.get(i).get()).as("seed %d", seed).isEqualTo(then.get(i));
            }
            UnitSet again = new UnitSet(most);
            again.restore(new Words(expected(model)));
            model.forEach(unit -> assertThat(again.add(unit)).isFalse());
            set.clear();
            assertThat(set.add(7)).isTrue();
            assertThat(set.bytes()).isLessThanOrEqualTo(512);
        }
    }

    private static long[] expected(Set<Long> model) {
        long[] words = new long[model.size() + 1];
        words[0] = model.size();
        int at = 1;
        for (long unit : model.stream().sorted().toList()) {
            words[at++] = unit;
        }
        return words;
    }

    @Test
    void aCooldownCountsAsItsRuleSays() {
        for (int units : new int[] {3, 1_000, Cooldown.MOST + 5_000}) {
            Cooldown cooldown = new Cooldown();
            Rule rule = new Rule();
            long now = 0;
            for (int i = 0; i < 4 * units + 200; i++) {
                now += random.nextInt(3) == 0 ? random.nextInt(Math.max(2, 900_000 / units)) : 0;
                long unit = random.nextInt(units);
                assertThat(cooldown.counts(unit, now, Cooldown.MILLIS))
                        .as("seed %d", seed)
                        .isEqualTo(rule.counts(unit, now));
                if (i % (units + 7) == 0) {
                    Words out = new Words();
                    cooldown.save(out);
                    Supplier<long[]> words = out.asItStands();
                    cooldown.counts(-i, now, Cooldown.MILLIS);
                    rule.counts(-i, now);
                    Cooldown again = new Cooldown();
                    again.restore(new Words(words.get()));
                    again.counts(-i, now, Cooldown.MILLIS);
                    cooldown = again;
                }
            }
        }
    }
}
