package io.crossfade.admin.app;

import io.crossfade.admin.server.AdminServer;
import io.crossfade.admin.server.ConfigFile;
import io.crossfade.config.Config;
import io.crossfade.runtime.Server;
import io.crossfade.runtime.ServerApi;
import java.io.IOException;

/** A whole server, put together by hand: the proxy, then the admin API in front of it. */
final class Wiring implements AutoCloseable {
    private final ServerApi server;
    private final AdminServer admin;
    private final ReloadTriggers triggers;

    private Wiring(ServerApi server, AdminServer admin, ReloadTriggers triggers) {
        this.server = server;
        this.admin = admin;
        this.triggers = triggers;
    }

    /**
     * Returns when every listener accepts.
     *
     * @throws IOException with the address or folder in its message, when a listener cannot be bound or the data folder not be used
     */
    static Wiring start(Config config, ConfigFile file) throws IOException {
        ServerApi server = Server.start(config);
        try {
            AdminServer admin = AdminServer.start(server, file);
            ReloadTriggers triggers = new ReloadTriggers(server, file);
            triggers.start();
            return new Wiring(server, admin, triggers);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    ServerApi server() {
        return server;
    }

    AdminServer admin() {
        return admin;
    }

    /** Unready first, then the proxy lets its requests end; the admin API stays until the last, to tell about it. */
    @Override
    public void close() {
        triggers.close();
        admin.draining();
        try {
            server.close();
        } finally {
            admin.close();
        }
    }
}
