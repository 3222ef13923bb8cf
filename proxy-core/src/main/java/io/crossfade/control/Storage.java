package io.crossfade.control;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The data folder, owned by this process alone until closed; used by the control thread (and by the thread that starts it). */
interface Storage extends Closeable {
    /** All bytes of a file; none when it does not exist. */
    byte[] read(String name) throws IOException;

    /** The bytes of a file one after the other; none when it does not exist. */
    InputStream stream(String name) throws IOException;

    /** Of all files, in no order. */
    List<String> names() throws IOException;

    /** Opens a file to append to; it is made when missing. */
    LogFile open(String name) throws IOException;

    /** Puts a file with these bytes in the place of another, so that a reader sees the one or the other, also after a crash. */
    void replace(String name, byte[] bytes) throws IOException;

    /** Gives a file another name; none may have that. */
    void rename(String name, String next) throws IOException;

    void copy(String name, String to) throws IOException;

    /** Nothing happens when there is none. */
    void delete(String name) throws IOException;

    @Override
    void close() throws IOException;

    /** A file that grows at its end. */
    interface LogFile extends Closeable {
        long length() throws IOException;

        /** Writes all bytes at the end, in one write where the system lets it; a failure may leave a part of them. */
        void append(byte[] bytes) throws IOException;

        /** Returns when what was appended is on the disk. */
        void force() throws IOException;

        /** Cuts off all beyond a length. */
        void truncate(long length) throws IOException;

        @Override
        void close() throws IOException;
    }
}
