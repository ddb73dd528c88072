package dev.tandem.amqp.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The socket beneath a connection: flushes once per turn of the event loop, pauses reading for as long as somebody has a
 * reason, counts bytes.
 */
final class Transport {
    private final ChannelHandlerContext context;
    private final FrameWriter writer;
    private final Set<Object> pauses = Collections.newSetFromMap(new IdentityHashMap<>());
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private volatile boolean readingPaused;
    private boolean inRead;
    private boolean flushScheduled;
    private boolean wroteSinceTick;

    Transport(ChannelHandlerContext context, int frameMax) {
        this.context = context;
        this.writer = new FrameWriter(context.alloc(), this::writePart, frameMax);
    }

    EventLoop eventLoop() {
        return context.channel().eventLoop();
    }

    Channel channel() {
        return context.channel();
    }

    /** The writer, to be flushed at the end of this turn. */
    FrameWriter write() {
        if (!eventLoop().inEventLoop()) {
            throw new IllegalStateException("written outside the connection's event loop");
        }
        wroteSinceTick = true;
        if (!inRead && !flushScheduled) {
            flushScheduled = true;
            eventLoop().execute(() -> {
                flushScheduled = false;
                flush();
            });
        }
        return writer;
    }

    void setFrameMax(int frameMax) {
        writer.setFrameMax(frameMax);
    }

    void flush() {
        writer.flush();
        context.flush();
    }

    /** Bytes arrive: what is written from here on goes out with {@link #endRead}. */
    void beginRead(int bytes) {
        inRead = true;
        count(bytesIn, bytes);
    }

    void endRead() {
        inRead = false;
        flush();
    }

    boolean isWritable() {
        return context.channel().isWritable();
    }

    void pauseReading(Object reason) {
        if (pauses.add(reason) && pauses.size() == 1) {
            readingPaused = true;
            context.channel().config().setAutoRead(false);
        }
    }

    void resumeReading(Object reason) {
        if (pauses.remove(reason) && pauses.isEmpty()) {
            readingPaused = false;
            context.channel().config().setAutoRead(true);
        }
    }

    /** Reads again whatever the reasons were: what arrives will be dropped. */
    void resumeForGood() {
        pauses.clear();
        readingPaused = false;
        context.channel().config().setAutoRead(true);
    }

    /** Any thread. */
    boolean isReadingPaused() {
        return readingPaused;
    }

    /** True when something was written since the last call. */
    boolean takeWrote() {
        boolean wrote = wroteSinceTick;
        wroteSinceTick = false;
        return wrote;
    }

    long bytesIn() {
        return bytesIn.get();
    }

    long bytesOut() {
        return bytesOut.get();
    }

    /** Closes the socket once all that is written has left. */
    void closeAfterFlush() {
        writer.flush();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Ends our half of the socket once all that is written has left. The other half stays open: closing it while bytes
     * wait there would reset the connection and take with it what the client has not read.
     */
    void shutdownOutput() {
        writer.flush();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (context.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                context.close();
            }
        });
    }

    void close() {
        context.close();
    }

    /** The socket is gone. */
    void release() {
        writer.release();
    }

    private void writePart(ByteBuf part) {
        count(bytesOut, part.readableBytes());
        context.write(part, context.voidPromise());
    }

    /** One writer, any readers. */
    private static void count(AtomicLong counter, int bytes) {
        counter.lazySet(counter.getPlain() + bytes);
    }
}
