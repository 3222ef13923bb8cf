package io.crossfade.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A data folder that is looked at and left as it is, also while a server has it: no lock is taken, what is to be written is not. */
record ReadOnlyFolder(Path folder) implements Storage {
    @Override
    public byte[] read(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    @Override
    public InputStream stream(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.newInputStream(file) : InputStream.nullInputStream();
    }

    @Override
    public LogFile open(String name) {
        return new Nowhere();
    }

    @Override
    public List<String> names() throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
        }
    }

    @Override
    public void rename(String name, String next) {}

    @Override
    public void copy(String name, String to) {}

    @Override
    public void delete(String name) {}

    @Override
    public void replace(String name, byte[] bytes) {}

    @Override
    public void close() {}

    /** A file of which nothing is kept. */
    private record Nowhere() implements LogFile {
        @Override
        public long length() {
            return 0;
        }

        @Override
        public void append(byte[] bytes) {}

        @Override
        public void force() {}

        @Override
        public void truncate(long length) {}

        @Override
        public void close() {}
    }
}
