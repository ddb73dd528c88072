package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.method.Method;

/** Answers the methods of one AMQP class. */
interface MethodHandler<M extends Method> {

    /**
     * Answers a method, now or later.
     *
     * @throws AmqpException that closes the channel or the connection
     */
    void handle(M method);
}
