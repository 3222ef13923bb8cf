package io.crossfade.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last journal events in memory and who listens for the next; added to by the control thread, read by any. */
final class RecentEvents {
    /** Events that are remembered. */
    static final int CAPACITY = 1_024;

    private static final Logger log = LoggerFactory.getLogger(RecentEvents.class);

    private final Deque<ControlApi.JournaledEvent> events = new ArrayDeque<>();
    private final List<Consumer<ControlApi.JournaledEvent>> listeners = new CopyOnWriteArrayList<>();

    void add(ControlApi.JournaledEvent event) {
        synchronized (events) {
            if (events.size() == CAPACITY) {
                events.removeFirst();
            }
            events.addLast(event);
        }
        for (Consumer<ControlApi.JournaledEvent> listener : listeners) {
            tell(listener, event);
        }
    }

    List<ControlApi.JournaledEvent> after(long sequence, int max) {
        List<ControlApi.JournaledEvent> found = new ArrayList<>();
        synchronized (events) {
            for (ControlApi.JournaledEvent event : events) {
                if (event.sequence() > sequence && found.size() < max) {
                    found.add(event);
                }
            }
        }
        return found;
    }

    AutoCloseable subscribe(Consumer<ControlApi.JournaledEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** A listener's bug must not stop a rollback. */
    private static void tell(Consumer<ControlApi.JournaledEvent> listener, ControlApi.JournaledEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log.error("a listener failed at event {}", event.sequence(), e);
        }
    }
}
