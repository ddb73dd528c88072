package dev.tandem.kafka.fuzz;

import dev.tandem.storage.record.RecordBatchLayout;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Record batches as a hostile producer might send them: sound ones, with lies in the header, damaged, or packed tight. */
final class RandomBatches {
    private static final int[] HEADER_INTS = {
        RecordBatchLayout.BATCH_LENGTH,
        RecordBatchLayout.LAST_OFFSET_DELTA,
        RecordBatchLayout.BASE_SEQUENCE,
        RecordBatchLayout.RECORDS_COUNT,
        RecordBatchLayout.BASE_OFFSET + 4,
        RecordBatchLayout.PRODUCER_ID,
        RecordBatchLayout.MAX_TIMESTAMP + 4,
        RecordBatchLayout.BASE_TIMESTAMP
    };
    private static final int[] LIES = {0, -1, 1, 2, 7, 1_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE};
    /** Unpacks to more than a broker with the settings of the test takes; a few hundred bytes to some kilobytes packed. */
    private static final int BOMB = 24 << 20;

    private final SplittableRandom random;

    RandomBatches(SplittableRandom random) {
        this.random = random;
    }

    byte[] next() {
        return switch (random.nextInt(9)) {
            case 0 -> lying(sound(), true);
            case 1 -> lying(sound(), false);
            case 2 -> flipped(sound(), true);
            case 3 -> flipped(sound(), false);
            case 4 -> attributes(sound());
            case 5 -> random.nextInt(4) == 0 ? bomb() : cut(sound());
            case 6 -> olderFormat();
            default -> sound();
        };
    }

    private byte[] sound() {
        SimpleRecord[] records = IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(i -> new SimpleRecord(
                        System.currentTimeMillis(),
                        random.nextInt(5) == 0 ? null : new byte[] {(byte) i},
                        new byte[random.nextInt(200)]))
                .toArray(SimpleRecord[]::new);
        Compression codec = Compression.of(codec()).build();
        return bytes(
                random.nextBoolean()
                        ? MemoryRecords.withRecords(codec, records)
                        : MemoryRecords.withIdempotentRecords(
                                codec, random.nextInt(3), (short) random.nextInt(2), random.nextInt(9), records));
    }

    private CompressionType codec() {
        return CompressionType.values()[random.nextInt(CompressionType.values().length)];
    }

    private byte[] lying(byte[] batch, boolean sealed) {
        int at = HEADER_INTS[random.nextInt(HEADER_INTS.length)];
        RecordBatchLayout.putInt(batch, at, LIES[random.nextInt(LIES.length)]);
        return sealed ? sealed(batch) : batch;
    }

    private byte[] flipped(byte[] batch, boolean sealed) {
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            batch[random.nextInt(batch.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return sealed ? sealed(batch) : batch;
    }

    private byte[] attributes(byte[] batch) {
        RecordBatchLayout.putShort(batch, RecordBatchLayout.ATTRIBUTES, (short) random.nextInt(256));
        return sealed(batch);
    }

    private byte[] cut(byte[] batch) {
        byte[] rest = new byte[random.nextInt(batch.length)];
        System.arraycopy(batch, 0, rest, 0, rest.length);
        return rest;
    }

    private byte[] bomb() {
        CompressionType codec = CompressionType.values()[random.nextInt(1, CompressionType.values().length)];
        return bytes(MemoryRecords.withRecords(
                Compression.of(codec).build(), new SimpleRecord(System.currentTimeMillis(), null, new byte[BOMB])));
    }

    private byte[] olderFormat() {
        return bytes(MemoryRecords.withRecords(
                (byte) random.nextInt(2), Compression.NONE, new SimpleRecord(-1, new byte[5], new byte[60])));
    }

    private static byte[] sealed(byte[] batch) {
        RecordBatchLayout.putInt(batch, RecordBatchLayout.CRC, RecordBatchLayout.computeCrc(batch, 0, batch.length));
        return batch;
    }

    private static byte[] bytes(MemoryRecords records) {
        var bytes = new byte[records.sizeInBytes()];
        records.buffer().get(bytes);
        return bytes;
    }
}
