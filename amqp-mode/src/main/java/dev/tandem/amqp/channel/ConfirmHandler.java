package dev.tandem.amqp.channel;

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
        channel.publisher().selectConfirms();
        if (!select.nowait()) {
            channel.send(new ConfirmMethod.SelectOk());
        }
    }
}
