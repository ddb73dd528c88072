package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.method.ConfirmMethod;

/** Class confirm (RabbitMQ, "Publisher Confirms"): from now on publishes are numbered and confirmed. */
final class ConfirmHandler implements MethodHandler<ConfirmMethod> {
    private final Channel channel;

    ConfirmHandler(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void handle(ConfirmMethod method) {
        if (!(method instanceof ConfirmMethod.Select select)) {
            throw Channel.unexpected(method);
        }
        if (channel.transaction() != null) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "cannot switch from tx to confirm mode", select);
        }
        channel.publisher().selectConfirms();
        if (!select.nowait()) {
            channel.send(new ConfirmMethod.SelectOk());
        }
    }
}
