package io.crossfade.admin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.server.ConfigFile;
import io.crossfade.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the file is read again without anybody calling the API; each look is made by the test. */
class ReloadTriggersTest {
    private static final String WATCHED = """
            version: 1
            watch: true
            listeners: [{ name: edge, address: "127.0.0.1:0" }]
            upstreams: [{ name: legacy, endpoints: ["127.0.0.1:1"] }]
            routes: [{ name: all, match: { pathPrefix: / }, upstream: legacy }]
            """;

    @TempDir
    private Path folder = Path.of("");

    private Path file = folder;
    private final FakeServer server = new FakeServer();
    private ReloadTriggers triggers = new ReloadTriggers(server, new ConfigFile(file, Map.of()));

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(folder.resolve("crossfade.yaml"), WATCHED);
        triggers = new ReloadTriggers(server, new ConfigFile(file, Map.of()));
    }

    @AfterEach
    void end() {
        triggers.close();
    }

    /** The file that says watch is in force, and what lies there is known. */
    private void watched() {
        server.reload("the test", true, () -> ConfigLoader.load(file, Map.of()));
        triggers.look();
        triggers.look();
    }

    @Test
    void aContentIsTakenUpWhenItIsEqualAtTwoLooks() throws IOException {
        watched();
        int before = server.reloads();
        Files.writeString(file, WATCHED.substring(0, 40)); // an editor is still writing
        triggers.look();
        Files.writeString(file, WATCHED + "eventLoops: 1\n");
        triggers.look();
        assertThat(server.reloads()).isEqualTo(before);
        triggers.look();
        assertThat(server.reloads()).isEqualTo(before + 1);
        assertThat(server.config().eventLoops()).isEqualTo(1);
        triggers.look();
        triggers.look();
        assertThat(server.reloads()).isEqualTo(before + 1);
    }

    @Test
    void aFileThatIsRefusedIsTriedOnce() throws IOException {
        watched();
        int before = server.reloads();
        Files.writeString(file, "version: 2\n");
        for (int i = 0; i < 5; i++) {
            triggers.look();
        }
        assertThat(server.reloads()).isEqualTo(before + 1);
    }

    /** As editors do it, and ConfigMaps with their links. */
    @Test
    void aFileThatIsReplacedOrGoneForAMomentIsSeen() throws IOException {
        watched();
        int before = server.reloads();
        Files.delete(file);
        triggers.look();
        triggers.look();
        Path other = Files.writeString(folder.resolve("next.yaml"), WATCHED + "eventLoops: 2\n");
        Files.createSymbolicLink(file, other);
        triggers.look();
        triggers.look();
        assertThat(server.reloads()).isEqualTo(before + 1);
        Path third = Files.writeString(folder.resolve("third.yaml"), WATCHED + "eventLoops: 3\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), third);
        Files.move(link, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        triggers.look();
        triggers.look();
        assertThat(server.reloads()).isEqualTo(before + 2);
        assertThat(server.config().eventLoops()).isEqualTo(3);
    }

    @Test
    void withoutWatchTheFileMayChange() throws IOException {
        assertThat(server.config().watch()).isFalse();
        triggers.look();
        Files.writeString(file, WATCHED + "eventLoops: 1\n");
        for (int i = 0; i < 5; i++) {
            triggers.look();
        }
        assertThat(server.reloads()).isZero();
    }

    @Test
    void aHangupHasTheFileReadAgain() throws Exception {
        assumeFalse(hangupsAreIgnored(), "a process below nohup never hears SIGHUP");
        triggers.start();
        long self = ProcessHandle.current().pid();
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(self))
                        .start()
                        .waitFor(5, TimeUnit.SECONDS))
                .isTrue();
        await().atMost(10, TimeUnit.SECONDS).until(() -> server.reloads() == 1);
    }

    /** Signal 1 is the lowest bit of the mask. */
    private static boolean hangupsAreIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
    }
}
