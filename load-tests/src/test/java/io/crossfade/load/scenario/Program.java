package io.crossfade.load.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Another program with its output in a file; ended by its handle, together with its children. */
final class Program implements AutoCloseable {
    private static final long END_SECONDS = 10;

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** @param output where standard output and standard error go, appended */
    static Program start(Path folder, Path output, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new Program(builder.start(), output);
    }

    /** Skips the test, and says what to install, when a program is not on the PATH. */
    static String onPath(String name, String debianPackage) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(folder).resolve(name);
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        Path ofRoot = Path.of("/usr/sbin", name);
        Assumptions.assumeTrue(
                Files.isExecutable(ofRoot), name + " is missing; Debian, Ubuntu: apt-get install " + debianPackage);
        return ofRoot.toString();
    }

    /** A command of the product as a user types it: the launcher with its own flags. Skips the test when there is no jar yet. */
    static List<String> crossfade(String... words) {
        Path root = Path.of(System.getProperty("basedir", "."), "..")
                .toAbsolutePath()
                .normalize();
        Assumptions.assumeTrue(
                Files.isRegularFile(root.resolve("proxy-admin/target/crossfade.jar")),
                "crossfade.jar is not built; mvn verify builds it before this");
        List<String> command = new ArrayList<>(List.of(root.resolve("crossfade").toString()));
        command.addAll(List.of(words));
        return command;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All that it has said so far. */
    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Exit code of a program that ends by itself. */
    int await(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(process.info().commandLine().orElse("a program") + " runs longer than " + atMost
                    + "; it said: " + said());
        }
        return process.exitValue();
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        return await(Duration.ofSeconds(END_SECONDS));
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        await(Duration.ofSeconds(END_SECONDS));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
