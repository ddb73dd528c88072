package dev.tandem.kafka.wire;

import dev.tandem.kafka.record.StoredRecords;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Writes one response as a list of buffers to be sent one after the other. Large runs of records are wrapped, small ones
 * are copied: a buffer object and an entry in the channel's outbound list cost more than copying a few kilobytes.
 */
final class ResponseWriter implements Writable {
    private static final int WRAP_FROM = 16 << 10;
    /** Buffers past this size would be allocated outside the pool. */
    private static final int CHUNK = 256 << 10;

    private final ByteBufAllocator allocator;
    private final List<ByteBuf> done = new ArrayList<>(1);
    private ByteBuf current;

    private ResponseWriter(ByteBufAllocator allocator, int size) {
        this.allocator = allocator;
        this.current = allocator.ioBuffer(size);
    }

    /**
     * Encodes a whole frame.
     *
     * @param headerVersion version of the response header
     * @param version version of the request that is answered
     */
    static List<ByteBuf> encode(
            ByteBufAllocator allocator, short headerVersion, int correlationId, ApiMessage body, short version) {
        var cache = new ObjectSerializationCache();
        var header = new ResponseHeaderData().setCorrelationId(correlationId);
        var size = new MessageSizeAccumulator();
        header.addSize(size, cache, headerVersion);
        body.addSize(size, cache, version);
        var writer =
                new ResponseWriter(allocator, 4 + Math.min(size.totalSize(), size.sizeExcludingZeroCopy() + CHUNK));
        try {
            writer.writeInt(size.totalSize());
            header.write(writer, cache, headerVersion);
            body.write(writer, cache, version);
        } catch (RuntimeException | Error e) {
            writer.release();
            throw e;
        }
        return writer.finish();
    }

    @Override
    public void writeRecords(BaseRecords records) {
        if (records instanceof StoredRecords stored) {
            for (Slice batch : stored.batches()) {
                writeSlice(batch);
            }
        } else if (records instanceof MemoryRecords inMemory) {
            writeByteBuffer(inMemory.buffer());
        } else {
            throw new IllegalArgumentException(
                    "cannot write " + records.getClass().getName());
        }
    }

    private void writeSlice(Slice batch) {
        if (batch.length() >= WRAP_FROM) {
            cut(CHUNK);
            done.add(Unpooled.wrappedBuffer(batch.array(), batch.offset(), batch.length()));
        } else {
            if (current.writableBytes() < batch.length()) {
                cut(CHUNK);
            }
            current.writeBytes(batch.array(), batch.offset(), batch.length());
        }
    }

    private void cut(int nextSize) {
        if (current.isReadable()) {
            done.add(current);
            current = allocator.ioBuffer(nextSize);
        }
    }

    private List<ByteBuf> finish() {
        if (current.isReadable()) {
            done.add(current);
        } else {
            current.release();
        }
        return done;
    }

    private void release() {
        done.forEach(ByteBuf::release);
        current.release();
    }

    @Override
    public void writeByte(byte value) {
        current.writeByte(value);
    }

    @Override
    public void writeShort(short value) {
        current.writeShort(value);
    }

    @Override
    public void writeInt(int value) {
        current.writeInt(value);
    }

    @Override
    public void writeLong(long value) {
        current.writeLong(value);
    }

    @Override
    public void writeDouble(double value) {
        current.writeDouble(value);
    }

    @Override
    public void writeByteArray(byte[] array) {
        current.writeBytes(array);
    }

    @Override
    public void writeUnsignedVarint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            current.writeByte(rest | 0x80);
            rest >>>= 7;
        }
        current.writeByte(rest);
    }

    @Override
    public void writeByteBuffer(ByteBuffer buffer) {
        current.writeBytes(buffer.duplicate());
    }

    @Override
    public void writeVarint(int value) {
        writeUnsignedVarint((value << 1) ^ (value >> 31));
    }

    @Override
    public void writeVarlong(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            current.writeByte((int) rest | 0x80);
            rest >>>= 7;
        }
        current.writeByte((int) rest);
    }
}
