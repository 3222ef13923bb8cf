package io.crossfade.control;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that tells of every change it makes, that can be full or broken, and that can stall at its syncs. */
final class WatchedStorage implements Storage {
    private final Storage disk;
    private volatile Runnable onChange = () -> {};
    private volatile String trouble = "";
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile long eachMillis;
    volatile boolean inSync;
    final AtomicInteger syncs = new AtomicInteger();

    WatchedStorage(Storage disk) {
        this.disk = disk;
    }

    /** Called on the thread that writes, after each change and in the middle of each append. */
    void onChange(Runnable look) {
        onChange = look;
    }

    void full(boolean now) {
        fail(now ? "No space left on device" : "");
    }

    /** Fails each write and sync with these words; with none it is well again. */
    void fail(String words) {
        trouble = words;
    }

    /** Syncs do not return from now on. */
    void stall() {
        gate = new CountDownLatch(1);
    }

    boolean stalls() {
        return gate.getCount() > 0;
    }

    /** Each sync takes so long from now on. */
    void stallEach(long millis) {
        eachMillis = millis;
    }

    /** The syncs that stalled return, or fail where {@link #fail} says so. */
    void release() {
        gate.countDown();
    }

    @Override
    public byte[] read(String name) throws IOException {
        return disk.read(name);
    }

    @Override
    public void replace(String name, byte[] bytes) throws IOException {
        refuseInTrouble();
        disk.replace(name, bytes);
        onChange.run();
    }

    @Override
    public InputStream stream(String name) throws IOException {
        return disk.stream(name);
    }

    @Override
    public List<String> names() throws IOException {
        return disk.names();
    }

    @Override
    public void rename(String name, String next) throws IOException {
        refuseInTrouble();
        disk.rename(name, next);
        onChange.run();
    }

    @Override
    public void copy(String name, String to) throws IOException {
        refuseInTrouble();
        disk.copy(name, to);
        onChange.run();
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
        onChange.run();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    @Override
    public LogFile open(String name) throws IOException {
        LogFile file = disk.open(name);
        return new LogFile() {
            @Override
            public long length() throws IOException {
                return file.length();
            }

            @Override
            public void append(byte[] bytes) throws IOException {
                file.append(Arrays.copyOf(bytes, bytes.length / 2));
                onChange.run();
                refuseInTrouble();
                file.append(Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length));
                onChange.run();
            }

            @Override
            public void force() throws IOException {
                pauseWhileStalled();
                syncs.incrementAndGet();
                refuseInTrouble();
                file.force();
                onChange.run();
            }

            @Override
            public void truncate(long length) throws IOException {
                file.truncate(length);
                onChange.run();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    private void refuseInTrouble() throws IOException {
        String words = trouble;
        if (!words.isEmpty()) {
            throw new IOException(words);
        }
    }

    private void pauseWhileStalled() throws IOException {
        inSync = true;
        try {
            boolean neverCounted = new CountDownLatch(1).await(eachMillis, TimeUnit.MILLISECONDS);
            if (neverCounted || !gate.await(60, TimeUnit.SECONDS)) {
                throw new IOException("stalled for longer than any test");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            inSync = false;
        }
    }
}
