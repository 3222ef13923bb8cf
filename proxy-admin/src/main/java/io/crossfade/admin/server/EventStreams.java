package io.crossfade.admin.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crossfade.control.ControlApi;
import io.crossfade.control.ControlApi.JournaledEvent;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Sends journal events to those who listen (server-sent events, id = journal sequence). Owned by the admin loop; only
 * {@link #journaled} comes from elsewhere.
 *
 * <p>Nothing is queued per client: each pulls from control's bounded memory what its socket takes. A client that takes
 * nothing for ten seconds is cut and resumes with Last-Event-ID; one that stayed away longer than the memory reaches is
 * told so by an event named {@code gap}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes its channel, and that is seen
final class EventStreams {
    private static final int BATCH = 64;
    private static final int HEARTBEAT_SECONDS = 15;
    private static final int STUCK_SECONDS = 10;

    private final ControlApi control;
    private final EventLoop loop;
    private final IntSupplier maxClients;
    private final Map<Channel, Progress> clients = new HashMap<>();
    private final AtomicBoolean pumping = new AtomicBoolean();
    private int seconds;

    EventStreams(ControlApi control, EventLoop loop, IntSupplier maxClients) {
        this.control = control;
        this.loop = loop;
        this.maxClients = maxClients;
    }

    private static final class Progress {
        long sent;
        int stuckSeconds;

        Progress(long sent) {
            this.sent = sent;
        }
    }

    boolean full() {
        return clients.size() >= maxClients.getAsInt();
    }

    int maxClients() {
        return maxClients.getAsInt();
    }

    /** Begins the response on this channel; from now on the channel carries nothing else. */
    void open(Channel channel, long after) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        HttpUtil.setTransferEncodingChunked(head, true);
        channel.write(head);
        send(channel, "retry: 1000\n\n");
        Progress progress = new Progress(after);
        clients.put(channel, progress);
        channel.closeFuture().addListener(closed -> clients.remove(channel));
        pump(channel, progress);
    }

    /** Something was journaled; from any thread, never blocks. */
    void journaled() {
        if (pumping.compareAndSet(false, true)) {
            loop.execute(() -> {
                pumping.set(false);
                clients.forEach(this::pump);
            });
        }
    }

    /** The channel can take bytes again. */
    void writable(Channel channel) {
        Progress progress = clients.get(channel);
        if (progress != null) {
            pump(channel, progress);
        }
    }

    /** Called once per second: heartbeats, and the end of those who do not read. */
    void tick() {
        boolean heartbeat = ++seconds % HEARTBEAT_SECONDS == 0;
        for (Map.Entry<Channel, Progress> client : List.copyOf(clients.entrySet())) {
            Progress progress = client.getValue();
            progress.stuckSeconds = client.getKey().isWritable() ? 0 : progress.stuckSeconds + 1;
            if (progress.stuckSeconds >= STUCK_SECONDS) {
                client.getKey().close();
            } else if (heartbeat && client.getKey().isWritable()) {
                send(client.getKey(), ": alive\n\n");
            }
        }
    }

    private void pump(Channel channel, Progress progress) {
        while (channel.isWritable()) {
            List<JournaledEvent> events = control.eventsAfter(progress.sent, BATCH);
            if (events.isEmpty()) {
                return;
            }
            StringBuilder text = new StringBuilder();
            if (progress.sent > 0 && events.get(0).sequence() > progress.sent + 1) {
                text.append("event: gap\ndata: {\"after\":")
                        .append(progress.sent)
                        .append(",\"before\":")
                        .append(events.get(0).sequence())
                        .append("}\n\n");
            }
            for (JournaledEvent event : events) {
                text.append("id: ").append(event.sequence()).append("\nevent: ").append(event.type());
                text.append("\ndata: ").append(event.json().strip()).append("\n\n");
            }
            progress.sent = events.get(events.size() - 1).sequence();
            send(channel, text.toString());
        }
    }

    private static void send(Channel channel, String text) {
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(text, UTF_8)));
    }
}
