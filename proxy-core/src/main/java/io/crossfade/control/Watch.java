package io.crossfade.control;

import io.crossfade.rollout.Answer;
import io.crossfade.rollout.Event;
import io.crossfade.rollout.Input;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Rollout;
import io.crossfade.rollout.RolloutState;
import io.crossfade.rollout.analysis.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one rollout: looks at what was seen, judges it, and makes moves; owned by the control thread.
 *
 * <p>At most one move is pending, that is, persisted first and not durable yet. While it is, time decides nothing. Failures
 * and operators still do: a move that is not towards the canary overtakes the pending one, which then never acts.
 */
final class Watch {
    /** How long time alone does not try again what the ledger refused. */
    private static final long AGAIN_MILLIS = 1_000;

    /** A climb that becomes durable so late begins its bake time when it acts. */
    private static final long LATE_MILLIS = 1_000;

    /** Of looking at one rollout that has seen nothing, and of judging a batch that says little; see {@link #look}. */
    private static final int WORK_OF_A_LOOK = 2;

    private static final int WORK_OF_A_BATCH = 10;

    /** A decision in words, a status and lines for the journal. */
    private static final int WORK_OF_A_MOVE = 60;

    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    private final int number;
    private final Means means;
    private Chronicle chronicle;
    private Rollout rollout;
    private Batches batches;
    private @Nullable Pending pending;
    private EvidenceLine.@Nullable Seen unwritten;
    private long againAt = Long.MIN_VALUE;

    /** What became of a move. */
    record Settled(How how, String why) {
        static final Settled DONE = new Settled(How.DONE, "");
    }

    enum How {
        /** In force; durable too, when it was towards the canary. */
        DONE,
        /** It has not happened and never will. */
        REFUSED,
        /** In the journal, but another move acted before it could. */
        OVERTAKEN
    }

    Watch(Numbered numbered, Means means) {
        this.number = numbered.number();
        this.means = means;
        this.chronicle = new Chronicle(means.timeline().wall());
        this.rollout = new Rollout(numbered.plan());
        this.batches = new Batches(number, means.feed(), numbered.plan().analysis());
    }

    int number() {
        return number;
    }

    String name() {
        return rollout.plan().name();
    }

    Rollout rollout() {
        return rollout;
    }

    RolloutState state() {
        return rollout.state();
    }

    Batches batches() {
        return batches;
    }

    long version() {
        return chronicle.version();
    }

    boolean pending() {
        return pending != null;
    }

    /** The number up to which evidence seen now has the events of this rollout before it. */
    long sequence() {
        return pending == null ? means.ledger().sequence() : pending.entry.first() - 1;
    }

    /** Goes on by another plan; a changed analysis begins with no evidence. */
    void goOnUnder(Plan plan) {
        boolean sameAnalysis = plan.analysis().equals(rollout.plan().analysis());
        rollout = rollout.under(plan);
        if (!sameAnalysis) {
            batches = new Batches(number, means.feed(), plan.analysis());
            batches.tellNewUnits(rollout.evidence().splitRound());
        }
    }

    /** Nobody names it any more: users go to the baseline before their route does. */
    void leave(long now) {
        look(now, true);
        moveIfAny(Rollout.leave(promised(), now), now);
    }

    /** Its plan has been taken up: another rollout may begin under its name, before any weight is in force. */
    void takeUp(long now) {
        moveIfAny(rollout.takeUp(promised(), now), now);
    }

    private void moveIfAny(List<Event> events, long now) {
        if (!events.isEmpty()) {
            move(events, now, settled -> {});
        }
    }

    /** The journal and the evidence log have been told. */
    void replayed() {
        batches.remember(rollout.evidence().tau());
        batches.tellNewUnits(rollout.evidence().splitRound());
    }

    void putInForce() {
        means.sink().weight(number, state().weight(), false);
    }

    // ---- what was seen

    /**
     * What was seen, or else that time has passed, and what follows. Of a multitude the first are judged; {@link #behind} says so.
     *
     * @return how much work that was, in observations
     */
    int look(long now, boolean closeBatch) {
        int work = WORK_OF_A_LOOK;
        if (judge(now, closeBatch) instanceof Answer.Decided decided && mayAct(decided, now)) {
            automatic(decided, now);
            work += WORK_OF_A_MOVE;
        }
        if (!behind()) {
            means.feed().judged(number);
        }
        EvidenceLine.Seen line = unwritten;
        if (line == null) {
            return work;
        }
        unwritten = null;
        means.ledger().evidence(line);
        return work + WORK_OF_A_BATCH + Batches.work(line.batch());
    }

    /** Whether some of what was seen waits for another look. */
    boolean behind() {
        return batches.more();
    }

    /** What its tables of units take, bytes, about. */
    long unitBytes() {
        return rollout.evidence().unitBytes() + batches.unitBytes();
    }

    /** There is no room for its units: its evidence begins anew, and a restart is told so. */
    void forgetUnits(long now) {
        rollout.forgetUnits();
        batches.forgetUnits();
        means.ledger().evidence(new EvidenceLine.Epoch(sequence(), now, name()));
    }

    /** A rollout that cannot be judged must not have users: a bug of ours ends in a rollback. */
    private Answer judge(long now, boolean closeBatch) {
        try {
            boolean closing = closeBatch
                    || (!batches.aMultitude()
                            && rollout.take(new Input.Tick(now)) instanceof Answer.Decided byTime
                            && mayAct(byTime, now));
            boolean due = closing
                    || batches.due(
                            now,
                            rollout.evidence()::suspicious,
                            rollout.evidence().waiting());
            return due ? see(now, closing) : new Answer.Decided(List.of());
        } catch (RuntimeException bug) {
            if (!state().phase().active()) {
                log.debug("{}: cannot be judged", name(), bug);
                return new Answer.Decided(List.of());
            }
            log.error("{}: cannot be judged", name(), bug);
            List<String> lines = List.of("the analysis failed by itself: " + bug, "see the log");
            return new Answer.Decided(
                    List.of(new Event.RolledBack(now, Mode.IMMEDIATE, "internal-error", lines, Map.of())));
        }
    }

    /**
     * Closes the batch; a rollout nobody watches loses it. Before a decision of time alone the batch is closed too, so that one
     * weight is in force for all of it.
     */
    private Answer see(long now, boolean closing) {
        long rounds = rollout.evidence().unitRounds();
        Batch batch = closing
                ? batches.take(now, state().weight(), true, rounds)
                : batches.some(now, state().weight(), rounds);
        if (!state().watched() || (Batches.empty(batch) && !rollout.evidence().waiting())) {
            return rollout.take(new Input.Tick(now));
        }
        Answer answer = rollout.take(new Input.Observed(batch));
        batches.callWitnesses(rollout.evidence().roseAtMillis(), now);
        batches.tellNewUnits(rollout.evidence().splitRound());
        unwritten = new EvidenceLine.Seen(sequence(), name(), batch); // users come first
        return answer;
    }

    private boolean mayAct(Answer.Decided decided, long now) {
        if (decided.events().isEmpty()) {
            return false;
        }
        if (pending != null) {
            return decided.events().stream().anyMatch(Watch::notByTime);
        }
        return now >= againAt || !decided.towardsCanary(state());
    }

    private static boolean notByTime(Event event) {
        return event instanceof Event.RolledBack
                || event instanceof Event.PlanChanged
                || (event instanceof Event.Held held && held.byAnalysis());
    }

    private void automatic(Answer.Decided decided, long now) {
        move(decided.events(), now, settled -> {
            if (settled.how() == How.REFUSED) {
                againAt = means.timeline().nowMillis() + AGAIN_MILLIS;
            }
        });
    }

    // ---- moves

    /** What an operator's request comes to; where it comes to nothing now, what it comes to when the pending move has happened. */
    Answer ask(Input.Asked asked) {
        Answer answer = rollout.take(asked);
        boolean follows =
                answer instanceof Answer.Decided decided && decided.events().size() > 1;
        return pending == null || follows ? answer : rollout.answer(asked, promised());
    }

    /** Whether this can only be decided when the pending move is settled. */
    boolean mustWait(Answer.Decided decided) {
        return pending != null
                && (decided.towardsCanary(state()) || !(state().phase().active() || Move.leaves(decided.events())));
    }

    /** The state after a decision that is carried out now. */
    RolloutState after(Answer.Decided decided, long now) {
        return pending == null
                ? Move.after(state(), decided.events())
                : pending.entry
                        .move()
                        .overtakenBy(state(), decided.events(), now)
                        .after(promised());
    }

    /** Makes a move; while another one is pending it must not be towards the canary. */
    void move(List<Event> events, long now, Consumer<Settled> told) {
        Pending late = pending;
        if (late != null) {
            pending = null;
            means.ledger().keep(late.entry);
            act(late.entry.move().overtakenBy(state(), events, now), late.entry.lines(), now);
            late.told.accept(new Settled(How.OVERTAKEN, "it waited for the journal and another move acted first"));
            told.accept(Settled.DONE);
            return;
        }
        Move move = Move.of(name(), state(), events);
        if (move.persistFirst()) {
            Ledger.Entry entry = means.ledger().number(move, means.timeline().wall());
            pending = new Pending(entry, now, told);
            means.board().changed(this);
            means.ledger().commit(entry, now, pending);
        } else {
            act(move, List.of(), now);
            told.accept(Settled.DONE);
        }
    }

    /**
     * The weight comes first, even before the words for the journal; everybody sees it before the disk is asked.
     *
     * @param overtaken lines of a move that becomes history right before this one
     */
    private void act(Move move, List<JournalLine> overtaken, long now) {
        if (move.comesWithConfiguration()) {
            means.sink().weightOfNext(number, move.weight());
        } else {
            means.sink().weight(number, move.weight(), move.recall());
        }
        Ledger.Entry entry = means.ledger().number(move, means.timeline().wall());
        List<JournalLine> lines = new ArrayList<>(overtaken);
        lines.addAll(entry.lines());
        happen(lines);
        means.board().publish(this, now);
        means.ledger().commit(entry, now, Ledger.Answer.NOTHING_FOLLOWS);
        tell(lines);
        means.board().changed(this);
    }

    /** A move towards the canary that waits for the ledger; then it acts, unless it was overtaken. */
    private final class Pending implements Ledger.Answer {
        private final Ledger.Entry entry;
        private final long sinceMillis;
        private final Consumer<Settled> told;

        Pending(Ledger.Entry entry, long sinceMillis, Consumer<Settled> told) {
            this.entry = entry;
            this.sinceMillis = sinceMillis;
            this.told = told;
        }

        @Override
        public void durable() {
            if (pending != this) {
                return;
            }
            pending = null;
            long now = means.timeline().nowMillis();
            boolean bakes = state().weight() < entry.move().weight();
            happen(entry.lines());
            putInForce();
            tell(entry.lines());
            if (bakes && now - sinceMillis >= LATE_MILLIS) {
                bakeFromNow(now);
            }
            settle(Settled.DONE, now);
        }

        @Override
        public void refused(String why) {
            if (pending == this) {
                pending = null;
                settle(new Settled(How.REFUSED, why), means.timeline().nowMillis());
            }
        }

        private void settle(Settled settled, long now) {
            means.board().publish(Watch.this, now);
            told.accept(settled);
        }
    }

    /** The users came later than the event says, and bake time is theirs. */
    private void bakeFromNow(long now) {
        RolloutState state = state();
        if (state.step() >= 0 && state.bakedMillis(now) > 0) {
            Event entered = new Event.StepEntered(now, state.step(), state.weight());
            act(new Move(name(), List.of(entered), state.weight(), false, false), List.of(), now);
        }
    }

    private void happen(List<JournalLine> lines) {
        boolean watched = state().watched();
        lines.forEach(this::apply);
        if (!watched) {
            long rounds = rollout.evidence().unitRounds();
            batches.take(
                    means.timeline().nowMillis(),
                    0,
                    true,
                    rounds); // what was before this attempt is none of its evidence
        }
        batches.tellNewUnits(rollout.evidence().splitRound()); // before the weight is in force
    }

    /** Stands where a journal that began anew says. */
    void stand(Standing at) {
        rollout.stand(RolloutState.of(at.state()));
        chronicle = Chronicle.of(at);
    }

    /** Lets a journaled event happen. */
    void apply(JournalLine line) {
        RolloutState before = state();
        rollout.apply(line.event());
        chronicle.note(line, before, state());
        Report.of(line, before, state(), chronicle.asked())
                .ifPresent(report -> means.reports().add(report));
        if (line.event() instanceof Event.Replaced) { // how slow another baseline is remains to be seen
            batches = new Batches(number, means.feed(), rollout.plan().analysis());
        }
    }

    private void tell(List<JournalLine> lines) {
        for (JournalLine line : lines) {
            ControlApi.JournaledEvent event = line.journaled();
            log.info("{}: {} {}", line.rollout(), line.type(), event.json()); // JSON has no raw control characters
            means.recent().add(event);
        }
    }

    /** The state when the pending move has happened; without one the state. */
    private RolloutState promised() {
        return pending == null ? state() : pending.entry.move().after(state());
    }

    // ---- how it stands

    /** @param trouble why nothing happens next, empty when all is well */
    RolloutStatus status(long now, String trouble) {
        String next = trouble.isEmpty() ? waiting() : trouble;
        return chronicle.status(rollout, next.isEmpty() ? rollout.next(now) : next, now);
    }

    /** What waits for the journal, one line for a person; empty when nothing does. */
    String waiting() {
        return pending == null ? "" : "journal pending: " + detail(state(), promised()) + " acts when it is on disk";
    }

    static String detail(RolloutState before, RolloutState after) {
        return String.format(
                Locale.ROOT,
                "phase %s -> %s, weight %s%% -> %s%%",
                before.phase().word(),
                after.phase().word(),
                before.weight() / 1000.0,
                after.weight() / 1000.0);
    }
}
