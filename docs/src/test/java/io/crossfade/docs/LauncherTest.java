package io.crossfade.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher itself, in a tree of its own with a java and a Maven that only say what they were asked. */
@Timeout(60)
class LauncherTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path temporary = Path.of("");

    private Path tree = Path.of("");
    private Path tools = Path.of("");
    private final Map<String, String> environment = new HashMap<>();

    record Run(int exit, String out, String err) {}

    @BeforeEach
    void plant() throws IOException {
        tree = Files.createDirectories(temporary.resolve("a tree"));
        tools = Files.createDirectories(temporary.resolve("jdk/bin"));
        Files.copy(Pages.ROOT.resolve("crossfade"), tree.resolve("crossfade"));
        source("pom.xml");
        source("proxy-admin/src/main/java/Main.java");
        script(
                "java",
                "[ \"$1\" = -version ] && { echo 'openjdk version \"17.0.9\" 2023-10-17' >&2; exit; }; echo java \"$@\"");
        script("javac", "exit 1");
        script(
                "mvn",
                "for a in \"$@\"; do case $a in -Dcrossfade.jar=*) echo x > \"${a#-Dcrossfade.jar=}\";; esac; done;"
                        + " echo built >> \"" + temporary.resolve("builds") + "\"");
        environment.put("PATH", tools + ":/usr/bin:/bin");
    }

    @Test
    void buildsOnceAndRunsWithTheArgumentsAsGiven() throws Exception {
        Run first = run("rollout", "get", "with space");
        assertThat(first.err()).contains("building crossfade (first run downloads libraries)...");
        assertThat(first.out())
                .contains("-jar " + tree.resolve("proxy-admin/target/crossfade.jar") + " rollout get with space")
                .contains("-XX:TieredStopAtLevel=1");
        assertThat(run("status").err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aServerGetsTheFlagsOfProduction() throws Exception {
        environment.put("CROSSFADE_JAVA_OPTS", "-Xmx1g -Dx=y");
        assertThat(run("serve", "x.yaml").out())
                .contains("-Dio.netty.leakDetection.level=disabled")
                .contains("-XX:MaxDirectMemorySize=")
                .contains("-Xmx1g -Dx=y -jar")
                .doesNotContain("TieredStopAtLevel");
    }

    @Test
    void buildsAgainWhenASourceIsNewerOrGone() throws Exception {
        run("status");
        Files.setLastModifiedTime(
                source("proxy-admin/src/main/java/Main.java"),
                FileTime.from(Instant.now().plusSeconds(5)));
        run("status");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void worksThroughALinkFromElsewhere() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), tree.resolve("crossfade"));
        assertThat(run(link, "status").out())
                .contains(tree.resolve("proxy-admin/target/crossfade.jar").toString());
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        Files.delete(tools.resolve("mvn"));
        environment.put("PATH", tools + ":" + onlyBasics());
        assertThat(run("status").err()).contains("Maven is missing").contains("apt-get install maven");

        Files.delete(tools.resolve("javac"));
        assertThat(run("status").err()).contains("without a compiler").contains("default-jdk-headless");

        script("java", "echo 'java version \"1.8.0_292\"' >&2");
        Run old = run("status");
        assertThat(old.err()).contains("is version 8").contains("openjdk-17-jdk-headless");
        assertThat(old.exit()).isEqualTo(1);

        Files.delete(tools.resolve("java"));
        assertThat(run("status").err()).contains("Java is missing");

        environment.put("JAVA_HOME", "/nowhere");
        assertThat(run("status").err()).contains("JAVA_HOME is /nowhere");
    }

    @Test
    void aFailedBuildShowsItsLogAndLeavesNoJar() throws Exception {
        script("mvn", "echo the reason; exit 1");
        Run failed = run("status");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err())
                .contains("the reason")
                .contains("the build failed")
                .contains("crossfade-build.log");
        assertThat(failed.out()).isEmpty();
        assertThat(Pages.files(tree.resolve("proxy-admin"), "")).noneMatch(file -> file.endsWith("crossfade.jar"));
    }

    @Test
    void twoStartsAtOnceBuildOnce() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "needs flock");
        Path go = temporary.resolve("go");
        assertThat(new ProcessBuilder("mkfifo", go.toString()).start().waitFor())
                .isZero();
        script(
                "mvn",
                "read -r word < '" + go + "'; for a in \"$@\"; do case $a in -Dcrossfade.jar=*) echo x >"
                        + " \"${a#-Dcrossfade.jar=}\";; esac; done; echo built >> '" + temporary.resolve("builds")
                        + "'");
        Process one = start(tree.resolve("crossfade"), "status");
        Process two = start(tree.resolve("crossfade"), "status");
        Files.writeString(go, "go\n"); // opens when one of them builds
        assertThat(one.waitFor()).isZero();
        assertThat(two.waitFor()).isZero();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aTreeThatCannotBeWrittenRunsTheJarItHas() throws Exception {
        run("status");
        Path target = tree.resolve("proxy-admin/target");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThat(run("status").exit()).isZero();
        } finally {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** A PATH with what the launcher calls, and without a java or Maven of the machine. */
    private Path onlyBasics() throws IOException {
        Path basics = Files.createDirectories(temporary.resolve("basics"));
        for (String name : List.of("dirname", "readlink", "sed", "head", "find", "mkdir")) {
            executable(basics.resolve(name), "PATH=/usr/bin:/bin exec " + name + " \"$@\"");
        }
        return basics;
    }

    private Path source(String name) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
        Files.setLastModifiedTime(file.getParent(), FileTime.from(LONG_AGO));
        return file;
    }

    private void script(String name, String body) throws IOException {
        executable(tools.resolve(name), body);
    }

    private static void executable(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int builds() throws IOException {
        return Files.readAllLines(temporary.resolve("builds")).size();
    }

    private Run run(String... arguments) throws Exception {
        return run(tree.resolve("crossfade"), arguments);
    }

    private Run run(Path launcher, String... arguments) throws Exception {
        Process process = start(launcher, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out, err);
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/bash", launcher.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(temporary.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }
}
