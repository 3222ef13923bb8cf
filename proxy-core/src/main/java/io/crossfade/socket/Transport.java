package io.crossfade.socket;

import io.crossfade.config.Config;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kernel interface that carries the sockets. */
public enum Transport {
    IO_URING("io_uring", IoUringServerSocketChannel.class, IoUringSocketChannel.class) {
        @Override
        public IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        @Nullable
        Throwable missing() {
            return IoUring.unavailabilityCause();
        }
    },
    EPOLL("epoll", EpollServerSocketChannel.class, EpollSocketChannel.class) {
        @Override
        public IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        @Nullable
        Throwable missing() {
            return Epoll.unavailabilityCause();
        }
    },
    NIO("nio", NioServerSocketChannel.class, NioSocketChannel.class) {
        @Override
        public IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        @Nullable
        Throwable missing() {
            return null;
        }
    };

    private final String word;
    final Class<? extends ServerChannel> serverChannel;
    final Class<? extends Channel> clientChannel;

    Transport(String word, Class<? extends ServerChannel> serverChannel, Class<? extends Channel> clientChannel) {
        this.word = word;
        this.serverChannel = serverChannel;
        this.clientChannel = clientChannel;
    }

    /** As the configuration and the status name it. */
    public String word() {
        return word;
    }

    /** What the event loops of this transport are made with. */
    public abstract IoHandlerFactory handlers();

    /** Why this machine does not have it, or null when it does; loads a library of its own. */
    abstract @Nullable Throwable missing();

    /**
     * AUTO takes the first that this machine has; a transport asked for by name is had or refused.
     *
     * @throws IOException when the one asked for cannot be had, with the kernel's reason
     */
    public static Transport choose(Config.Transport wanted) throws IOException {
        return choose(wanted, Transport::missing);
    }

    /** Asks only for the transports that come into question. */
    static Transport choose(Config.Transport wanted, Function<Transport, @Nullable Throwable> missing)
            throws IOException {
        return switch (wanted) {
            case AUTO -> missing.apply(IO_URING) == null ? IO_URING : missing.apply(EPOLL) == null ? EPOLL : NIO;
            case IO_URING -> require(IO_URING, missing.apply(IO_URING));
            case EPOLL -> require(EPOLL, missing.apply(EPOLL));
            case NIO -> NIO;
        };
    }

    private static Transport require(Transport transport, @Nullable Throwable missing) throws IOException {
        if (missing != null) {
            throw new IOException(
                    "transport: " + transport.word + " cannot be had on this machine: " + missing.getMessage()
                            + " (expected: auto, or one that the kernel allows)",
                    missing);
        }
        return transport;
    }
}
