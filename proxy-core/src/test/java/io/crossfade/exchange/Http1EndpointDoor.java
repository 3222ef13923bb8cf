package io.crossfade.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crossfade.exchange.ClientDoor.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** An endpoint that speaks HTTP/1.1 over one connection. */
final class Http1EndpointDoor implements EndpointDoor {
    private final FakeSocket socket;
    private final Http1Text requests = new Http1Text(
            false,
            (line, fields) -> line.replace(" HTTP/1.1", "")
                    + (Http1Text.field(fields, "expect").isEmpty() ? "" : " expect"));
    private boolean saidClosed;
    private boolean chunked;
    private int heads;
    private int answered;

    Http1EndpointDoor(InetSocketAddress address, ByteBufAllocator allocator, int writeHigh, ChannelHandler handler) {
        socket = new FakeSocket(address, allocator, writeHigh, handler);
    }

    @Override
    public boolean owesAnswer() {
        return heads > answered;
    }

    @Override
    public void interim(int status) {
        raw("HTTP/1.1 " + status + " Interim\r\n\r\n");
    }

    @Override
    public void answer(int status, List<String> fields, int length, String body, boolean last) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
        fields.forEach(field -> head.append(field).append("\r\n"));
        chunked = length == Request.UNKNOWN;
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        raw(head.append("\r\n") + part(body, last));
        answered += last ? 1 : 0;
    }

    @Override
    public void body(String text, boolean last) {
        raw(part(text, last));
        answered += last ? 1 : 0;
    }

    private String part(String text, boolean last) {
        if (!chunked) {
            return text;
        }
        String chunk = text.isEmpty() ? "" : Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
        return last ? chunk + "0\r\n\r\n" : chunk;
    }

    @Override
    public void trailers(String line) {
        raw("0\r\n" + line + "\r\n\r\n");
        answered++;
    }

    @Override
    public void raw(String bytes) {
        socket.peerSends(bytes.getBytes(ISO_8859_1));
    }

    @Override
    public void closes() {
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
            requests.add(bytes);
        }
        List<String> words = new ArrayList<>(requests.take());
        heads += (int) words.stream().filter(word -> word.contains(" /")).count();
        if (!socket.isOpen() && !saidClosed) {
            saidClosed = true;
            words.add(socket.wasReset() ? "reset" : "closed");
        }
        if (socket.isOpen() && socket.hasUndelivered()) {
            words.add("waits to be read");
        }
        return words;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void end() {
        socket.peerTakes(true);
        socket.close();
        socket.runPendingTasks();
        socket.releaseOutbound();
    }
}
