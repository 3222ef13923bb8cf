package io.crossfade.admin.app;

import io.crossfade.admin.server.ConfigFile;
import io.crossfade.config.ConfigLoader;
import io.crossfade.runtime.ServerApi;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has the file read again without anybody calling the API: SIGHUP, and while the configuration in force says {@code watch: true},
 * a change of the file. Both act on one thread of their own.
 *
 * <p>The file is looked at by its content, at a fixed interval: a rename by an editor and the swap of a symbolic link are changes like
 * any other. A content is taken up when it is equal at two looks, so that a file that is still being written is not.
 */
final class ReloadTriggers implements AutoCloseable {
    /** Between two looks at the file. */
    static final long LOOK_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ReloadTriggers.class);

    private final ServerApi server;
    private final ConfigFile file;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "crossfade-reload");
        made.setDaemon(true);
        return made;
    });

    /** The content of the last look, and of the last one that was taken up. */
    private byte[] seen = {};

    private byte[] taken = {};

    ReloadTriggers(ServerApi server, ConfigFile file) {
        this.server = server;
        this.file = file;
    }

    /** Begins with the file as it is now. */
    void start() {
        byte[] now = content();
        if (now != null) {
            seen = now;
            taken = now;
        }
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        onHangup(() -> thread.execute(this::reload));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** One look at the file. */
    void look() {
        try {
            byte[] now = content();
            if (now == null) {
                return; // between two names of the same file, most often
            }
            boolean settled = Arrays.equals(now, seen);
            seen = now;
            if (settled && !Arrays.equals(now, taken) && server.config().watch()) {
                reload();
            }
        } catch (RuntimeException e) {
            LOG.error("the configuration file could not be watched", e);
        }
    }

    /** A file that is refused is not tried again before it has changed. */
    private void reload() {
        byte[] now = content();
        if (now != null) {
            taken = now;
        }
        server.reload(file.path().toString(), true, () -> ConfigLoader.load(file.path(), file.environment()));
    }

    private byte @Nullable [] content() {
        try {
            return Files.readAllBytes(file.path());
        } catch (IOException gone) {
            return null;
        }
    }

    /** The JDK's only door to signals is not part of its documented API, hence by name; without it there is no reload by signal. */
    private static void onHangup(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handles = Proxy.newProxyInstance(
                    ReloadTriggers.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            task.run();
                        }
                        return null;
                    });
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hangup, handles);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            Throwable why = e instanceof InvocationTargetException wrapped ? wrapped.getCause() : e;
            LOG.warn("SIGHUP cannot be had on this machine: reload by the API or by watch", why);
        }
    }
}
