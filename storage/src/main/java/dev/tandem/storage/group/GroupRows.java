package dev.tandem.storage.group;

import dev.tandem.storage.commit.Change.EndGroupTransaction;
import dev.tandem.storage.commit.Change.PutGroupRecords;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.Comparator;

/** Turns changes of coordinator partitions into rows, and rows back into a partition. */
public final class GroupRows {
    private final RocksStore store;

    public GroupRows(RocksStore store) {
        this.store = store;
    }

    /** Rows for new records and the head. Commit thread. */
    public void put(PutGroupRecords change, BatchBuilder rows) {
        long offset = change.baseOffset();
        var producer = change.transactionProducer();
        for (GroupRecord record : change.records()) {
            Slice value = record.value();
            if (producer != null) {
                rows.put(
                        ColumnFamily.GROUPS,
                        StorageSchema.groupPendingKey(change.partition(), producer.producerId(), record.key()),
                        StorageSchema.pendingValue(offset, producer.epoch(), value));
            } else {
                byte[] key = StorageSchema.groupCommittedKey(change.partition(), record.key());
                if (value == null) {
                    rows.delete(ColumnFamily.GROUPS, key);
                } else {
                    rows.put(ColumnFamily.GROUPS, key, StorageSchema.committedValue(offset, value));
                }
            }
            offset++;
        }
        putHead(change.partition(), offset, rows);
    }

    /**
     * Rows that end a transaction: pending values newer than the committed ones move, or all are dropped. Reads what is
     * written, so the group before it must be written. Commit thread.
     */
    public void endTransaction(EndGroupTransaction change, BatchBuilder rows) {
        byte[] prefix = StorageSchema.groupPendingPrefix(change.partition(), change.producerId());
        store.scan(ColumnFamily.GROUPS, prefix, StorageSchema.prefixEnd(prefix), (pendingKey, pendingValue) -> {
            if (change.commit()) {
                var reader = StorageSchema.reader(pendingValue);
                long recordOffset = reader.readLong();
                reader.readShort();
                boolean present = reader.readByte() == 1;
                byte[] key =
                        StorageSchema.groupCommittedKey(change.partition(), StorageSchema.pendingKeyOf(pendingKey));
                byte[] committed = store.get(ColumnFamily.GROUPS, key);
                if (committed == null || StorageSchema.reader(committed).readLong() < recordOffset) {
                    if (present) {
                        rows.put(
                                ColumnFamily.GROUPS,
                                key,
                                StorageSchema.committedValue(recordOffset, reader.readSlice(reader.remaining())));
                    } else {
                        rows.delete(ColumnFamily.GROUPS, key);
                    }
                }
            }
            rows.delete(ColumnFamily.GROUPS, pendingKey);
            return true;
        });
        putHead(change.partition(), change.offset() + 1, rows);
    }

    private static void putHead(int partition, long nextOffset, BatchBuilder rows) {
        rows.put(ColumnFamily.GROUPS, StorageSchema.groupHeadKey(partition), StorageSchema.u64(nextOffset));
    }

    /** Everything stored of a partition. Blocks. */
    public GroupPartition load(int partition) {
        byte[] head = store.get(ColumnFamily.GROUPS, StorageSchema.groupHeadKey(partition));
        var committed = new ArrayList<GroupPartition.Committed>();
        byte[] committedPrefix = StorageSchema.groupPrefix(partition, StorageSchema.GROUP_COMMITTED);
        store.scan(ColumnFamily.GROUPS, committedPrefix, StorageSchema.prefixEnd(committedPrefix), (key, value) -> {
            SliceReader reader = StorageSchema.reader(value);
            long offset = reader.readLong();
            committed.add(new GroupPartition.Committed(
                    offset, StorageSchema.committedKeyOf(key), reader.readSlice(reader.remaining())));
            return true;
        });
        var pending = new ArrayList<GroupPartition.Pending>();
        byte[] pendingPrefix = StorageSchema.groupPrefix(partition, StorageSchema.GROUP_PENDING);
        store.scan(ColumnFamily.GROUPS, pendingPrefix, StorageSchema.prefixEnd(pendingPrefix), (key, value) -> {
            SliceReader reader = StorageSchema.reader(value);
            long offset = reader.readLong();
            short epoch = reader.readShort();
            Slice present = reader.readByte() == 1 ? reader.readSlice(reader.remaining()) : null;
            pending.add(new GroupPartition.Pending(
                    offset,
                    StorageSchema.pendingProducerOf(key),
                    epoch,
                    new GroupRecord(StorageSchema.pendingKeyOf(key), present)));
            return true;
        });
        pending.sort(Comparator.comparingLong(GroupPartition.Pending::recordOffset));
        return new GroupPartition(head == null ? 0 : StorageSchema.readU64(head), committed, pending);
    }
}
