package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.method.ChannelMethod;

/**
 * Class channel (AMQP 0-9-1 §1.5), what is left of it: opening and closing are the connection's. A client may not stop
 * the flow of deliveries, as in RabbitMQ; {@code basic.qos} is for that.
 */
final class ChannelHandler implements MethodHandler<ChannelMethod> {
    private final Channel channel;

    ChannelHandler(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void handle(ChannelMethod method) {
        if (method instanceof ChannelMethod.Flow flow) {
            if (!flow.active()) {
                throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "active=false", method);
            }
            channel.send(new ChannelMethod.FlowOk(true));
        } else if (!(method instanceof ChannelMethod.FlowOk)) {
            throw Channel.unexpected(method);
        }
    }
}
