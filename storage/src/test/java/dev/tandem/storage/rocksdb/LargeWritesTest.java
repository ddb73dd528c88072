package dev.tandem.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.record.Slice;
import dev.tandem.storage.schema.ColumnFamily;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a batch says is what is stored, whichever way it crosses JNI. */
class LargeWritesTest {
    private static final byte[] KEY = {1};
    private static final byte[] OTHER = {2};

    @TempDir
    Path directory;

    private RocksStore store;

    @BeforeEach
    void open() {
        store = RocksDirectory.open(directory, 16 << 20);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void writesSmallRowsOfEveryKindBesideLargeValues() {
        // given
        var before = new BatchBuilder(64);
        for (byte i = 10; i < 20; i++) {
            before.put(ColumnFamily.LOGS, new byte[] {i}, new byte[] {i});
        }
        store.write(before.build());

        // when
        var rows = new BatchBuilder(64);
        rows.put(ColumnFamily.META, KEY, new byte[300]);
        rows.delete(ColumnFamily.LOGS, new byte[] {10});
        rows.deleteRange(ColumnFamily.LOGS, new byte[] {12}, new byte[] {20});
        fill(rows.reserve(ColumnFamily.RECORDS, KEY, BatchBuilder.LARGE_VALUE), (byte) 7);
        fill(rows.reserve(ColumnFamily.BODIES, OTHER, 100_000), (byte) 8);
        fill(rows.reserve(ColumnFamily.RECORDS, OTHER, 5), (byte) 9);
        store.write(rows.build());

        // then
        assertThat(store.get(ColumnFamily.META, KEY)).hasSize(300);
        assertThat(store.get(ColumnFamily.LOGS, new byte[] {10})).isNull();
        assertThat(store.get(ColumnFamily.LOGS, new byte[] {11})).containsExactly(11);
        assertThat(store.get(ColumnFamily.LOGS, new byte[] {15})).isNull();
        assertThat(store.get(ColumnFamily.RECORDS, KEY)).isEqualTo(bytes(BatchBuilder.LARGE_VALUE, 7));
        assertThat(store.get(ColumnFamily.BODIES, OTHER)).isEqualTo(bytes(100_000, 8));
        assertThat(store.get(ColumnFamily.RECORDS, OTHER)).isEqualTo(bytes(5, 9));
    }

    @Test
    void keepsNothingOfAnEarlierBatch() {
        // given a batch past what is kept, which is replaced, and one below
        store.write(large(KEY, 9 << 20));
        store.write(large(OTHER, 10_000));
        var deletion = new BatchBuilder(64);
        deletion.delete(ColumnFamily.RECORDS, KEY);
        store.write(deletion.build());

        // when
        store.write(large(new byte[] {3}, 10_000));

        // then
        assertThat(store.get(ColumnFamily.RECORDS, KEY)).isNull();
        assertThat(store.get(ColumnFamily.RECORDS, OTHER)).hasSize(10_000);
        assertThat(store.get(ColumnFamily.RECORDS, new byte[] {3})).hasSize(10_000);
    }

    @Test
    void writesABatchTwiceWithTheSameResult() {
        // given
        RowBatch rows = large(KEY, 20_000);

        // when
        store.write(rows);
        store.reopen();
        store.write(rows);

        // then
        assertThat(store.get(ColumnFamily.RECORDS, KEY)).isEqualTo(bytes(20_000, 1));
        assertThat(rows.isEmpty()).isFalse();
        assertThat(RowBatch.EMPTY.isEmpty()).isTrue();
    }

    private static RowBatch large(byte[] key, int length) {
        var rows = new BatchBuilder(64);
        fill(rows.reserve(ColumnFamily.RECORDS, key, length), (byte) 1);
        return rows.build();
    }

    private static void fill(Slice place, byte value) {
        Arrays.fill(place.array(), place.offset(), place.offset() + place.length(), value);
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
