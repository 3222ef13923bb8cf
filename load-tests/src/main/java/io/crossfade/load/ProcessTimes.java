package io.crossfade.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and all below it, from /proc (Linux).
 *
 * @param userMicros user time since the start, in steps of 10 ms
 * @param systemMicros system time since the start, in steps of 10 ms
 * @param residentKib resident memory now
 */
record ProcessTimes(long userMicros, long systemMicros, long residentKib) {
    private static final long MICROS_PER_TICK = 10_000; // USER_HZ is 100 on every Linux that runs a JVM
    private static final int USER_FIELD = 11; // of /proc/PID/stat, counted after the name, see proc(5)
    private static final int SYSTEM_FIELD = 12;

    static ProcessTimes of(long pid) throws IOException {
        var root = ProcessHandle.of(pid).orElseThrow(() -> new IOException("process " + pid + " is gone"));
        List<Long> tree = Stream.concat(Stream.of(root), root.descendants())
                .map(ProcessHandle::pid)
                .toList();
        long user = 0;
        long system = 0;
        long resident = 0;
        for (long each : tree) {
            String stat = read(each, "stat");
            if (!stat.isEmpty()) {
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                user += Long.parseLong(fields[USER_FIELD]) * MICROS_PER_TICK;
                system += Long.parseLong(fields[SYSTEM_FIELD]) * MICROS_PER_TICK;
                resident += residentKib(read(each, "status"));
            }
        }
        return new ProcessTimes(user, system, resident);
    }

    /** Empty for a process that has ended meanwhile. */
    private static String read(long pid, String file) throws IOException {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static long residentKib(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
