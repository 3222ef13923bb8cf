package io.crossfade.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder on the disk, with a file named {@code lock} that keeps a second process out.
 *
 * <p>Journal and evidence hold names, addresses and reasons: the folder and what is in it are for its owner alone, whatever the
 * umask says, also where an earlier build has made them.
 */
final class Disk implements Storage {
    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> OWNER_ENTERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private static final Logger log = LoggerFactory.getLogger(Disk.class);

    private final Path folder;
    private final ReadOnlyFolder seen;
    private final FileChannel lock;

    private Disk(Path folder, FileChannel lock) {
        this.folder = folder;
        this.seen = new ReadOnlyFolder(folder);
        this.lock = lock;
    }

    /**
     * Takes the folder; it is made when missing.
     *
     * @throws FolderInUseException when another process, or another server of this one, has it
     */
    static Disk open(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " is not a folder");
        }
        Files.createDirectories(folder);
        keepTo(folder, OWNER_ENTERS);
        Path file = folder.resolve("lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            String holder = Files.readString(file).strip();
            channel.close();
            throw new FolderInUseException(
                    folder + ": used by another crossfade" + (holder.isEmpty() ? "" : " (process " + holder + ")")
                            + "; stop it, or give this one its own data folder");
        }
        sign(channel);
        Disk disk = new Disk(folder, channel);
        for (String name : disk.names()) {
            keepTo(folder.resolve(name), OWNER);
        }
        return disk;
    }

    /** Says who has it; on a full disk nobody does. */
    private static void sign(FileChannel lock) {
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            lock.write(ByteBuffer.wrap(pid), 0);
            lock.truncate(pid.length);
        } catch (IOException e) {
            log.warn("the lock of the data folder does not say who has it: {}", e.getMessage());
        }
    }

    private static void keepTo(Path path, Set<PosixFilePermission> who) {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        try {
            if (view != null && !view.readAttributes().permissions().equals(who)) {
                view.setPermissions(who);
            }
        } catch (IOException e) {
            log.warn("{}: who may read it cannot be changed: {}", path, e.getMessage());
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        return seen.read(name);
    }

    @Override
    public InputStream stream(String name) throws IOException {
        return seen.stream(name);
    }

    @Override
    public LogFile open(String name) throws IOException {
        Path file = folder.resolve(name);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        keepTo(file, OWNER);
        return new OpenFile(channel);
    }

    @Override
    public List<String> names() throws IOException {
        return seen.names();
    }

    @Override
    public void rename(String name, String next) throws IOException {
        Files.move(folder.resolve(name), folder.resolve(next), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void copy(String name, String to) throws IOException {
        Files.copy(folder.resolve(name), folder.resolve(to));
        keepTo(folder.resolve(to), OWNER);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void replace(String name, byte[] bytes) throws IOException {
        Path fresh = folder.resolve(name + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            keepTo(fresh, OWNER);
            writeAll(channel, bytes);
            channel.force(true);
        }
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private record OpenFile(FileChannel channel) implements LogFile {
        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            writeAll(channel, bytes);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
