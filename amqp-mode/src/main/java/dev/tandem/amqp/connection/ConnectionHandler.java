package dev.tandem.amqp.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands in a socket's pipeline in front of Vert.x's own handler and keeps all bytes to itself. */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionHandler.class);
    /** Delivering stops above the high mark and goes on below the low one. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final Transport transport;
    private final AmqpConnection connection;
    /** Bytes of a frame whose rest has not arrived. */
    private @Nullable ByteBuf incomplete;

    ConnectionHandler(Transport transport, AmqpConnection connection) {
        this.transport = transport;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().config().setWriteBufferWaterMark(WATER_MARK);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf arrived)) {
            context.fireChannelRead(message);
            return;
        }
        transport.beginRead(arrived.readableBytes());
        ByteBuf in = incomplete == null
                ? arrived
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), incomplete, arrived);
        incomplete = in;
        connection.onBytes(in);
        if (!in.isReadable()) {
            incomplete = null;
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        connection.onReadComplete();
        transport.endRead();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.onWritabilityChanged();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (incomplete != null) {
            incomplete.release();
            incomplete = null;
        }
        connection.onSocketClosed();
        context.fireChannelInactive();
    }

    /** A reset is how many clients leave; anything else is ours. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOGGER.debug("{}: {}", connection.name(), cause.toString());
        } else {
            LOGGER.error("{} closed by an internal error", connection.name(), cause);
        }
        context.close();
    }
}
