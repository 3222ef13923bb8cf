package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * An {@link Analysis} at rest, for a checkpoint; made of whole numbers only, so that no format can round it. Immutable; any thread.
 *
 * <p>To take it costs little: the tables of units are made words of by {@link #words}, on the thread that asks.
 */
public final class Memento {
    static final int VERSION = 11;

    private final int version;
    private final long settings;
    private final Supplier<long[]> words;

    /** One that was written down; the caller keeps no hand on the words. */
    public Memento(int version, long settings, long[] words) {
        this(version, settings, () -> words);
    }

    Memento(int version, long settings, Supplier<long[]> words) {
        this.version = version;
        this.settings = settings;
        this.words = words;
    }

    /** Of the layout of {@link #words}. */
    public int version() {
        return version;
    }

    /** Fingerprint of the settings that the evidence was gathered under. */
    public long settings() {
        return settings;
    }

    /** Counts, bits of doubles and hashes of units, in an order known to this package alone; at most about 700,000. Not to be written to. */
    public long[] words() {
        return words.get();
    }

    /** Whether {@link Analysis#restore} can go on from here: evidence gathered under other settings is none. */
    public boolean fits(AnalysisSettings other) {
        return version == VERSION && settings == other.fingerprint();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Memento that
                && version == that.version
                && settings == that.settings
                && Arrays.equals(words(), that.words());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words());
    }

    @Override
    public String toString() {
        return "Memento[version=" + version + ", words=" + words().length + "]";
    }
}
