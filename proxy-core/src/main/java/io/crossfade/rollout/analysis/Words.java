package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A memory being written from one end, or read from the other: whole numbers in a fixed order. Large tables are written as they stand at the
 * moment and made words of when the {@link Memento} is asked for them.
 */
final class Words {
    private long[] words;
    private int at;
    private final List<Supplier<long[]>> parts = new ArrayList<>();
    private int length;

    Words() {
        words = new long[256];
    }

    Words(long[] words) {
        this.words = words;
    }

    void put(long word) {
        if (at == words.length) words = Arrays.copyOf(words, at * 2);
        words[at++] = word;
    }

    void put(double number) {
        put(Double.doubleToRawLongBits(number));
    }

    void put(double[] numbers) {
        for (double number : numbers) put(number);
    }

    void put(long[] numbers) {
        for (long number : numbers) put(number);
    }

    /** Eight bytes a word; their number is a multiple of eight. */
    void put(byte[] bytes) {
        for (int i = 0; i < bytes.length; i += Long.BYTES) {
            long word = 0;
            for (int j = 0; j < Long.BYTES; j++) word |= (bytes[i + j] & 0xFFL) << (Byte.SIZE * j);
            put(word);
        }
    }

    /**
     * So many words, made later.
     *
     * @param later gives the same each time, on any thread
     */
    void put(int count, Supplier<long[]> later) {
        closePart();
        parts.add(later);
        length += count;
    }

    private void closePart() {
        long[] part = Arrays.copyOf(words, at);
        parts.add(() -> part);
        length += at;
        at = 0;
    }

    long take() {
        if (at == words.length) throw new IllegalArgumentException("memento ends early, after " + at + " words");
        return words[at++];
    }

    double takeDouble() {
        return Double.longBitsToDouble(take());
    }

    void take(double[] into) {
        for (int i = 0; i < into.length; i++) into[i] = takeDouble();
    }

    void take(long[] into) {
        for (int i = 0; i < into.length; i++) into[i] = take();
    }

    void take(byte[] into) {
        for (int i = 0; i < into.length; i += Long.BYTES) {
            long word = take();
            for (int j = 0; j < Long.BYTES; j++) into[i + j] = (byte) (word >>> (Byte.SIZE * j));
        }
    }

    /** The number of elements that follow; refuses one that the words cannot hold. */
    int takeSize() {
        long size = take();
        if (size < 0 || size > words.length - at)
            throw new IllegalArgumentException("memento is damaged: size " + size);
        return (int) size;
    }

    void end() {
        if (at != words.length) throw new IllegalArgumentException("memento is longer than it should be");
    }

    long[] written() {
        return asItStands().get();
    }

    /** All that was written up to now, as words when somebody asks. */
    Supplier<long[]> asItStands() {
        closePart();
        List<Supplier<long[]>> all = List.copyOf(parts);
        int count = length;
        return () -> joined(all, count);
    }

    private static long[] joined(List<Supplier<long[]>> parts, int length) {
        long[] joined = new long[length];
        int at = 0;
        for (Supplier<long[]> part : parts) {
            long[] words = part.get();
            System.arraycopy(words, 0, joined, at, words.length);
            at += words.length;
        }
        return joined;
    }
}
