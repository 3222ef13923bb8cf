package io.crossfade.control;

import io.crossfade.rollout.Evidence;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Memento;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The evidence of one rollout at rest, {@code evidence-<rollout>.bin}: whole numbers in big-endian order and a CRC-32C over them.
 *
 * <p>Magic, format (ints), number of the last line of the log that it knows, {@code seq}, {@code now} (longs), how many onsets (int) and each with
 * the length of its detector's name (int), the name, the instant (long), the floor (bits of a double); version (int), settings (long), how many
 * words (int), the words; sum (int).
 *
 * @param through lines of the log up to this number are in it
 */
record CheckpointFile(long through, EvidenceLine.Checkpoint checkpoint) {
    private static final int MAGIC = 0x43464350; // CFCP
    private static final int FORMAT = 1;

    static String name(String rollout) {
        return "evidence-" + rollout + ".bin";
    }

    byte[] bytes() {
        Memento memento = checkpoint.memory().analysis();
        long[] words = memento.words();
        Map<Detector, Evidence.Onset> onsets = checkpoint.memory().onsets();
        int length = 6 * Integer.BYTES + 4 * Long.BYTES + words.length * Long.BYTES;
        for (Detector detector : onsets.keySet()) {
            length += Integer.BYTES + utf8(detector.name()).length + Long.BYTES + Double.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        out.putInt(MAGIC).putInt(FORMAT).putLong(through);
        out.putLong(checkpoint.sequence()).putLong(checkpoint.nowMillis()).putInt(onsets.size());
        onsets.forEach((detector, onset) -> {
            byte[] name = utf8(detector.name());
            out.putInt(name.length).put(name).putLong(onset.millis()).putDouble(onset.floor());
        });
        out.putInt(memento.version()).putLong(memento.settings()).putInt(words.length);
        out.asLongBuffer().put(words);
        out.position(out.position() + words.length * Long.BYTES);
        return out.putInt(sum(out.array(), out.position())).array();
    }

    /**
     * Empty when there is none.
     *
     * @throws IOException when it is damaged, or of a newer version
     */
    static Optional<CheckpointFile> read(String rollout, byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            int body = bytes.length - Integer.BYTES;
            if (in.getInt() != MAGIC || in.getInt() != FORMAT || in.getInt(body) != sum(bytes, body)) {
                throw new IOException(name(rollout) + " is damaged, or of another version");
            }
            return Optional.of(read(rollout, in));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IOException(name(rollout) + " is damaged", e);
        }
    }

    private static CheckpointFile read(String rollout, ByteBuffer in) {
        long through = in.getLong();
        long sequence = in.getLong();
        long now = in.getLong();
        Map<Detector, Evidence.Onset> onsets = new EnumMap<>(Detector.class);
        for (int left = in.getInt(); left > 0; left--) {
            byte[] name = new byte[in.getInt()];
            in.get(name);
            Evidence.Onset onset = new Evidence.Onset(in.getLong(), in.getDouble());
            detector(new String(name, StandardCharsets.UTF_8)).ifPresent(detector -> onsets.put(detector, onset));
        }
        int version = in.getInt();
        long settings = in.getLong();
        long[] words = new long[in.getInt()];
        in.asLongBuffer().get(words);
        Evidence.Memory memory = new Evidence.Memory(new Memento(version, settings, words), onsets);
        return new CheckpointFile(through, new EvidenceLine.Checkpoint(sequence, now, rollout, memory));
    }

    /** Empty for one that is not there any more. */
    private static Optional<Detector> detector(String name) {
        return Arrays.stream(Detector.values())
                .filter(detector -> detector.name().equals(name))
                .findFirst();
    }

    private static int sum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
