package io.crossfade.exchange;

import io.crossfade.http.Refusal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what was refused and whose it was, at most one line per reason and ten seconds; the next line of the
 * reason tells how many went without one.
 *
 * <p>One per server, called by all of its event loops, and only when something is refused. No byte of a message is ever
 * in a line: the reason and the sender's address are all it holds.
 */
public final class RefusalLog {
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final int REASONS = Refusal.values().length;

    private final LongSupplier nanoClock;
    private final long startNanos;
    private final AtomicLongArray quietUntilNanos = new AtomicLongArray(REASONS);
    private final AtomicLongArray unsaid = new AtomicLongArray(REASONS);

    /** @param nanoClock monotonic, such as {@link System#nanoTime} */
    public RefusalLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    /** @param sender the address of the client, or the name and address of the upstream */
    @SuppressWarnings("EnumOrdinal") // the place in an array of this process, never stored
    void refused(Refusal why, String sender) {
        int reason = why.ordinal();
        long now = nanoClock.getAsLong() - startNanos;
        long quietUntil = quietUntilNanos.get(reason);
        if (now < quietUntil || !quietUntilNanos.compareAndSet(reason, quietUntil, now + QUIET_NANOS)) {
            unsaid.incrementAndGet(reason);
            return;
        }
        long more = unsaid.getAndSet(reason, 0);
        if (why.ofUpstream() == why) {
            LOG.warn(
                    "refused an answer: {} from {}, {} more since the last such line", why.word(), clean(sender), more);
        } else {
            LOG.info(
                    "refused a request: {} from {}, {} more since the last such line", why.word(), clean(sender), more);
        }
    }

    /** Host names and the zone of an IPv6 address come from elsewhere: nothing in them may begin a line or end a quote. */
    private static String clean(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? c : '?');
        }
        return out.toString();
    }
}
