package dev.tandem.amqp.method;

import java.util.List;

/**
 * The methods that a client may send, and whether they are built. {@code docs/amqp-support.md} is compared with it by a
 * test, and so is every method record.
 */
public final class MethodSupport {

    /** Built. */
    public static final List<String> BUILT = List.of(
            "connection.start-ok",
            "connection.secure-ok",
            "connection.tune-ok",
            "connection.open",
            "connection.close",
            "connection.close-ok",
            "connection.update-secret",
            "channel.open",
            "channel.flow",
            "channel.flow-ok",
            "channel.close",
            "channel.close-ok",
            "access.request",
            "exchange.declare",
            "exchange.delete",
            "exchange.bind",
            "exchange.unbind",
            "queue.declare",
            "queue.bind",
            "queue.unbind",
            "queue.purge",
            "queue.delete",
            "basic.qos",
            "basic.consume",
            "basic.cancel",
            "basic.publish",
            "basic.get",
            "basic.ack",
            "basic.reject",
            "basic.nack",
            "basic.recover",
            "basic.recover-async",
            "confirm.select",
            "tx.select",
            "tx.commit",
            "tx.rollback");

    /** Refused with {@code 540 NOT_IMPLEMENTED}. */
    public static final List<String> REFUSED = List.of();

    private MethodSupport() {}
}
