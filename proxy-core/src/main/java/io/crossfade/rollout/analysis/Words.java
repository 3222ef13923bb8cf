package io.crossfade.rollout.analysis;

import java.util.Arrays;

/** A memory being written from one end, or read from the other: whole numbers in a fixed order. */
final class Words {
    private long[] words;
    private int at;

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
        return Arrays.copyOf(words, at);
    }
}
