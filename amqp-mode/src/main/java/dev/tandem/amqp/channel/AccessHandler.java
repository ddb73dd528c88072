package dev.tandem.amqp.channel;

import dev.tandem.amqp.method.AccessMethod;

/** Class access (AMQP 0-8): gone from the protocol, answered for old clients; the ticket means nothing. */
final class AccessHandler implements MethodHandler<AccessMethod> {
    private final Channel channel;

    AccessHandler(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void handle(AccessMethod method) {
        if (!(method instanceof AccessMethod.Request)) {
            throw Channel.unexpected(method);
        }
        channel.send(new AccessMethod.RequestOk(1));
    }
}
