package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.method.TxMethod;

/** Class tx (AMQP 0-9-1 §1.9): not built, and refused as such. */
final class TxHandler implements MethodHandler<TxMethod> {

    @Override
    public void handle(TxMethod method) {
        throw new AmqpException(
                ReplyCode.NOT_IMPLEMENTED, method.name() + " is not supported by this version of Tandem", method);
    }
}
