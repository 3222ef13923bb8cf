package io.crossfade.admin.server;

import com.github.benmanes.caffeine.cache.Ticker;
import io.crossfade.config.Admin;
import io.crossfade.runtime.ServerApi;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The admin API of a running server: one listener and one thread of its own, {@code crossfade-admin}. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes its channel, and that is seen
public final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 128;

    /** Calls that read a configuration or the journal wait for each other; one more is refused, 503. */
    static final int MOST_WAITING = 32;

    private static final long SWEEP_MILLIS = 100;
    private static final WriteBufferWaterMark WRITE_BOUND = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final ServerApi server;
    private final MultiThreadIoEventLoopGroup group;
    private final ExecutorService reader;
    private final EventLoop loop;
    private final Visitors visitors;
    private final Channel listener;
    private final Readiness readiness;
    private final AutoCloseable subscription;

    /**
     * Returns when the listener accepts at the address of {@code config.admin}.
     *
     * @throws IOException with the address in its message, when it cannot be bound
     */
    public static AdminServer start(ServerApi server) throws IOException {
        return new AdminServer(server, Ticker.systemTicker());
    }

    /**
     * As {@link #start(ServerApi)}, for a server that was started with a file.
     *
     * @throws IOException as there
     */
    public static AdminServer start(ServerApi server, ConfigFile file) throws IOException {
        return new AdminServer(server, file, Ticker.systemTicker());
    }

    AdminServer(ServerApi server, Ticker ticker) throws IOException {
        this(server, ConfigFile.NONE, ticker);
    }

    private AdminServer(ServerApi server, ConfigFile file, Ticker ticker) throws IOException {
        this.server = server;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("crossfade-admin", true), NioIoHandler.newFactory());
        this.reader = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                new DefaultThreadFactory("crossfade-config", true));
        this.loop = group.next();
        InetSocketAddress wanted = server.config().admin().address();
        this.readiness = new Readiness(server);
        EventStreams streams = new EventStreams(server.control(), loop, () -> {
            Admin bounds = server.config().admin();
            return Math.min(bounds.maxEventStreams(), bounds.maxConnections() / 2);
        });
        this.visitors = new Visitors(() -> server.config().admin(), System::nanoTime, server::refused);
        Api api = new Api(
                server,
                new Doorkeeper(wanted),
                readiness,
                new Configurations(server, file, reader),
                new AuditLog(server.control(), server.config().data(), reader),
                ticker);
        this.listener = bind(wanted, api, streams);
        Reports reports = new Reports(
                server.control(),
                server.config().data(),
                () -> server.config().control().reports(),
                reader);
        this.subscription = server.control().subscribe(event -> {
            streams.journaled();
            reports.journaled(event.type());
        });
        reports.look();
        loop.scheduleAtFixedRate(streams::tick, 0, 1, TimeUnit.SECONDS);
        loop.scheduleAtFixedRate(visitors::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Channel bind(InetSocketAddress wanted, Api api, EventStreams streams) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BOUND)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, api, streams);
                    }
                });
        var bound = bootstrap.bind(wanted).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            reader.shutdownNow();
            throw new IOException(
                    "admin listener cannot be bound to " + NetUtil.toSocketAddressString(wanted) + ": "
                            + bound.cause().getMessage() + " (expected: a loopback address whose port is free)",
                    bound.cause());
        }
        return bound.channel();
    }

    private void accept(SocketChannel channel, Api api, EventStreams streams) {
        Admin bounds = server.config().admin(); // those in force, for this connection
        Visit visit = new Visit(visitors, channel);
        if (!visitors.admit(visit)) {
            channel.close();
            return;
        }
        visit.begin();
        channel.pipeline()
                .addLast(visit.bytes())
                .addLast(new HttpServerCodec())
                .addLast(visit.heads())
                .addLast(new BodyLimit(bounds.body(), server.config().limits().lingerTimeout(), visit))
                .addLast(new Connection(api, streams, visit, bounds.maxPipelined()));
    }

    /** The address really bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** From now on /readyz says unready (503), so that load balancers look elsewhere. */
    public void draining() {
        readiness.draining();
    }

    /** Cuts all connections; returns when the listener is closed. */
    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException("the subscription to events cannot be ended", e);
        } finally {
            listener.close().awaitUninterruptibly();
            loop.submit(visitors::close).awaitUninterruptibly();
            reader.shutdownNow();
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        }
    }
}
