package io.crossfade.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crossfade.client.Clients;
import io.crossfade.client.Http1Client;
import io.crossfade.client.ListenerFacts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A client that speaks HTTP/1 over a connection of its own. */
final class Http1ClientDoor implements ClientDoor {
    private final FakeSocket socket;
    private final Http1Text answers = new Http1Text(true, Http1ClientDoor::answer);
    private boolean saidShut;
    private boolean saidClosed;
    private boolean chunked;

    Http1ClientDoor(Clients clients, ListenerFacts listener, ByteBufAllocator allocator, int writeHigh) {
        InetSocketAddress address = new InetSocketAddress("192.0.2.7", 40_000);
        socket = new FakeSocket(address, allocator, writeHigh, new Http1Client(clients, listener));
    }

    @Override
    public void request(Request request) {
        answers.expect(request.method().equals("HEAD"));
        StringBuilder head =
                new StringBuilder(request.method() + ' ' + request.target() + ' ' + request.version() + "\r\n");
        head.append("Host: shop.example\r\nX-User: ").append(request.user()).append("\r\n");
        request.fields().forEach(field -> head.append(field).append("\r\n"));
        chunked = request.length() == Request.UNKNOWN;
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (request.length() > 0) {
            head.append("Content-Length: ").append(request.length()).append("\r\n");
        }
        head.append("\r\n");
        if (!request.body().isEmpty()) {
            head.append(part(request.body(), request.length() != Request.UNKNOWN));
        }
        raw(head.toString());
    }

    @Override
    public void body(String text, boolean last) {
        raw(part(text, last));
    }

    @Override
    public void trailers(String line) {
        raw("0\r\n" + line + "\r\n\r\n");
    }

    private String part(String text, boolean last) {
        if (!chunked) {
            return text;
        }
        String chunk = text.isEmpty() ? "" : Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
        return last ? chunk + "0\r\n\r\n" : chunk;
    }

    @Override
    public void raw(String bytes) {
        socket.peerSends(bytes.getBytes(ISO_8859_1));
    }

    @Override
    public void goesAway() {
        socket.peerEnds();
    }

    @Override
    public void resets() {
        socket.peerResets();
    }

    @Override
    public void faults() {
        socket.faults();
    }

    @Override
    public void takes(boolean on) {
        socket.peerTakes(on);
    }

    @Override
    public boolean deliver() {
        return socket.deliver();
    }

    @Override
    public List<String> saw() {
        for (ByteBuf out = socket.readOutbound(); out != null; out = socket.readOutbound()) {
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes).release();
            answers.add(bytes);
        }
        List<String> words = new ArrayList<>(answers.take());
        if (!socket.isOpen() && !saidClosed) {
            saidClosed = true;
            words.add(socket.wasReset() ? "reset" : "closed");
        } else if (socket.outputIsShut() && !saidShut) {
            saidShut = true;
            words.add("half closed");
        }
        if (socket.isOpen() && socket.hasUndelivered()) {
            words.add("waits to be read");
        }
        return words;
    }

    @Override
    public void end() {
        socket.peerEnds();
        socket.peerTakes(true);
        socket.close();
        socket.runPendingTasks();
        socket.releaseOutbound();
    }

    private static String answer(String statusLine, List<String> fields) {
        StringBuilder words = new StringBuilder(statusLine.split(" ", -1)[1]);
        String reason = Http1Text.field(fields, "x-proxy-reason");
        if (!reason.isEmpty()) {
            words.append(' ').append(reason);
        }
        if (Http1Text.field(fields, "connection").equals("close")) {
            words.append(" close");
        }
        if (!Http1Text.field(fields, "retry-after").isEmpty()) {
            words.append(" retry-after");
        }
        if (!Http1Text.field(fields, "set-cookie").isEmpty()) {
            words.append(" set-cookie");
        }
        return words.toString();
    }
}
