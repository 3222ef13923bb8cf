package io.crossfade.client;

import io.crossfade.exchange.EdgeLoop;
import io.crossfade.exchange.Exchanges;
import io.crossfade.exchange.LoopClock;
import io.crossfade.exchange.Timed;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The client connections of one event loop; only that loop may touch them unless a method says otherwise. */
public final class Clients {
    /** A connection, as its loop sees it; its deadline is that between two exchanges. */
    abstract static class Member extends Timed {
        private @Nullable Member before;
        private @Nullable Member after;

        Member(LoopClock clock) {
            super(clock);
        }

        /** Whether this listener accepted it. */
        abstract boolean cameBy(ListenerFacts listener);

        /** Ends the connection when no request is under way on it. */
        abstract void closeIfIdle();

        /** Ends the connection at once. */
        abstract void abort();

        /** Something of ours went wrong with the connection: it is counted, logged and closed. */
        abstract void fail(Throwable cause);

        @Override
        protected final void broken(Throwable cause) {
            fail(cause);
        }
    }

    private final EdgeLoop loop;
    private final Exchanges exchanges;
    private @Nullable Member first;

    public Clients(EdgeLoop loop) {
        this.loop = loop;
        this.exchanges = new Exchanges(loop);
    }

    /** From now on every answer ends its connection, and idle connections are closed. From any thread. */
    public void drain() {
        loop.drain();
        loop.execute(() -> {
            forEach(Member::closeIfIdle);
            closePoolsIfLast();
        });
    }

    /** Closes the idle connections of a listener that is no more. From any thread. */
    public void closeIdle(ListenerFacts listener) {
        loop.execute(() -> forEach(member -> {
            if (member.cameBy(listener)) {
                member.closeIfIdle();
            }
        }));
    }

    /** Closes whatever is left, requests in flight too. From any thread. */
    public void abort() {
        loop.execute(() -> {
            forEach(Member::abort);
            loop.closePools();
        });
    }

    EdgeLoop loop() {
        return loop;
    }

    Exchanges exchanges() {
        return exchanges;
    }

    void add(Member member) {
        loop.deadlines().add(member);
        Member second = first;
        member.after = second;
        if (second != null) {
            second.before = member;
        }
        first = member;
    }

    void remove(Member member) {
        loop.deadlines().remove(member);
        Member before = member.before;
        Member after = member.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after != null) {
            after.before = before;
        }
        member.before = null;
        member.after = null;
        closePoolsIfLast();
    }

    private void closePoolsIfLast() {
        if (loop.isDraining() && first == null) {
            loop.closePools();
        }
    }

    /** A connection of which something goes wrong is closed; the others are not made to pay for it. */
    private void forEach(Consumer<Member> act) {
        for (Member member = first; member != null; ) {
            Member after = member.after;
            try {
                act.accept(member);
            } catch (RuntimeException | Error e) {
                member.fail(e);
            }
            member = after;
        }
    }
}
