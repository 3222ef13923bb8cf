package io.crossfade.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The deadlines of one event loop under a clock that the test moves. */
class DeadlinesTest {
    private static final long MILLI = 1_000_000;

    private long now = 5_000 * MILLI;
    private final LoopClock clock = new LoopClock(() -> now);
    private final List<String> told = new ArrayList<>();
    private final List<Long> wakeups = new ArrayList<>();
    private final Deadlines deadlines = new Deadlines(
            clock,
            new Deadlines.Wakeup() {
                @Override
                public void in(long nanos) {
                    wakeups.add(nanos);
                }

                @Override
                public void cancel() {
                    wakeups.remove(wakeups.size() - 1);
                }
            },
            sweptAt -> told.add("end"));

    private class Recorded extends Timed {
        final String name;

        Recorded(String name, long inNanos) {
            super(clock);
            this.name = name;
            deadlineIn(inNanos);
            deadlines.add(this);
        }

        @Override
        protected void expired() {
            told.add(name);
            deadlines.remove(this);
        }

        @Override
        protected void broken(Throwable cause) {
            told.add(name + " broken: " + cause.getMessage());
            deadlines.remove(this);
        }

        @Override
        protected boolean isPressing() {
            return true;
        }
    }

    @Test
    void aDeadlineIsToldWhenItHasPassedAndNotBefore() {
        new Recorded("a", 10 * MILLI);
        now += 9 * MILLI;
        deadlines.sweep();
        assertThat(told).containsExactly("end");
        now += MILLI;
        deadlines.sweep();
        assertThat(told).containsExactly("end", "a", "end");
    }

    @Test
    void aMistakeWithOneDeadlineDoesNotEndAllDeadlines() {
        new Recorded("last", MILLI);
        new Recorded("bad", MILLI) {
            @Override
            protected void expired() {
                throw new IllegalStateException("ours");
            }
        };
        new Recorded("first", MILLI);
        now += 2 * MILLI;
        deadlines.sweep();
        assertThat(told).containsExactly("first", "bad broken: ours", "last", "end");
    }

    /** The end of one exchange can be the end of another: a waiting room that is cleared, for example. */
    @Test
    void whatIsRemovedDuringASweepIsNotToldAndEndsNothing() {
        Recorded last = new Recorded("last", MILLI);
        Recorded removed = new Recorded("removed", MILLI);
        new Recorded("first", MILLI) {
            @Override
            protected void expired() {
                super.expired();
                deadlines.remove(removed);
            }
        };
        now += 2 * MILLI;
        deadlines.sweep();
        assertThat(told).containsExactly("first", "last", "end");
        assertThat(last.late(now)).isEqualTo(MILLI);
    }

    @Test
    void aDeadlineBeforeTheNextRegularSweepGetsASweepOfItsOwn() {
        new Recorded("soon", 30 * MILLI);
        new Recorded("later", 500 * MILLI);
        deadlines.sweep();
        assertThat(wakeups).containsExactly(30 * MILLI);
        deadlines.sweepIn(20 * MILLI);
        assertThat(wakeups).containsExactly(20 * MILLI);
        deadlines.sweepIn(25 * MILLI);
        assertThat(wakeups).containsExactly(20 * MILLI);
        now += 30 * MILLI;
        deadlines.woken();
        assertThat(told).containsExactly("end", "soon", "end");
    }
}
