package dev.tandem.amqp.connection;

import dev.tandem.amqp.wire.Cumulation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands in a socket's pipeline in front of Vert.x's own handler and keeps all bytes to itself. */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionHandler.class);
    /** Delivering stops above the high mark and goes on below the low one. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** A client that does not read what it causes, such as returned messages, is not read from either. */
    private static final int MAX_PENDING_OUTPUT = 8 << 20;

    private static final Object PENDING_OUTPUT = "pending output";

    private final Transport transport;
    private final AmqpConnection connection;
    private final Cumulation cumulation = new Cumulation();

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
        cumulation.add(context.alloc(), arrived, connection::onBytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        connection.onReadComplete();
        transport.endRead();
        if (context.channel().bytesBeforeWritable() > MAX_PENDING_OUTPUT) {
            connection.pauseReading(PENDING_OUTPUT);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            connection.resumeReading(PENDING_OUTPUT);
        }
        connection.onWritabilityChanged();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cumulation.release();
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
