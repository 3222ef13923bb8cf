package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * An {@link Analysis} at rest, for a checkpoint; made of whole numbers only, so that no format can round it.
 *
 * @param version of the layout of {@code words}
 * @param settings fingerprint of the settings that the evidence was gathered under
 * @param words counts, bits of doubles and hashes of units, in an order known to this package alone; at most about 400,000
 */
public record Memento(int version, long settings, long[] words) {

    static final int VERSION = 7;

    public Memento {
        words = words.clone();
    }

    @Override
    public long[] words() {
        return words.clone();
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
                && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return "Memento[version=" + version + ", words=" + words.length + "]";
    }
}
