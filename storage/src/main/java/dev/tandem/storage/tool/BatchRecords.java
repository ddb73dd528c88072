package dev.tandem.storage.tool;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.SliceReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The records of a batch that is not compressed, or by gzip, which Java reads: sizes alone. */
final class BatchRecords {
    private static final int GZIP = 1;
    /** Records past so many unpacked bytes are left out. */
    private static final int MAX_UNPACKED_BYTES = 64 << 20;

    private BatchRecords() {}

    /**
     * One record.
     *
     * @param keyBytes -1 for none
     * @param valueBytes -1 for none
     */
    record Row(long offset, long timestampMillis, int keyBytes, int valueBytes, int headers) {}

    /** The records of a batch whose CRC is right; none of one that is compressed otherwise. */
    static List<Row> read(byte[] array, int batch, int size) {
        int codec = RecordBatchLayout.getShort(array, batch + RecordBatchLayout.ATTRIBUTES)
                & RecordBatchLayout.COMPRESSION_MASK;
        int records = batch + RecordBatchLayout.HEADER_SIZE;
        if (codec == 0) {
            return rows(new SliceReader(array, records, batch + size), array, batch, false);
        }
        if (codec != GZIP) {
            return List.of();
        }
        try (var unpacked =
                new GZIPInputStream(new ByteArrayInputStream(array, records, size - RecordBatchLayout.HEADER_SIZE))) {
            byte[] bytes = unpacked.readNBytes(MAX_UNPACKED_BYTES);
            return rows(new SliceReader(bytes, 0, bytes.length), array, batch, bytes.length == MAX_UNPACKED_BYTES);
        } catch (IOException e) {
            throw new CorruptData("the batch cannot be unpacked: " + e.getMessage());
        }
    }

    private static List<Row> rows(SliceReader in, byte[] array, int batch, boolean isCut) {
        long baseOffset = RecordBatchLayout.getLong(array, batch + RecordBatchLayout.BASE_OFFSET);
        long baseTimestamp = RecordBatchLayout.getLong(array, batch + RecordBatchLayout.BASE_TIMESTAMP);
        var rows = new ArrayList<Row>();
        try {
            while (in.remaining() > 0) {
                rows.add(row(in, baseOffset, baseTimestamp));
            }
        } catch (CorruptData e) {
            if (!isCut) {
                throw e;
            }
        }
        return rows;
    }

    /** Kafka protocol, "Record": length, attributes, timestamp and offset deltas, key, value, headers. */
    private static Row row(SliceReader in, long baseOffset, long baseTimestamp) {
        in.readVarintInt();
        in.readByte();
        long timestamp = baseTimestamp + in.readVarint();
        long offset = baseOffset + in.readVarintInt();
        int keyBytes = skipBytes(in);
        int valueBytes = skipBytes(in);
        int headers = in.readVarintInt();
        for (int i = 0; i < headers; i++) {
            skipBytes(in);
            skipBytes(in);
        }
        return new Row(offset, timestamp, keyBytes, valueBytes, headers);
    }

    private static int skipBytes(SliceReader in) {
        int length = in.readVarintInt();
        in.skip(Math.max(length, 0));
        return length;
    }
}
