package io.crossfade.control;

import java.io.IOException;
import java.util.Arrays;

/** A disk that tells of every change it makes, and that can be full. */
final class WatchedStorage implements Storage {
    private final Storage disk;
    private Runnable onChange = () -> {};
    private volatile boolean full;

    WatchedStorage(Storage disk) {
        this.disk = disk;
    }

    /** Called on the thread that writes, after each change and in the middle of each append. */
    void onChange(Runnable look) {
        onChange = look;
    }

    void full(boolean now) {
        full = now;
    }

    @Override
    public byte[] read(String name) throws IOException {
        return disk.read(name);
    }

    @Override
    public void replace(String name, byte[] bytes) throws IOException {
        refuseWhenFull();
        disk.replace(name, bytes);
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
                refuseWhenFull();
                file.append(Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length));
                onChange.run();
            }

            @Override
            public void force() throws IOException {
                refuseWhenFull();
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

    private void refuseWhenFull() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }
}
