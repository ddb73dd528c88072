package dev.tandem.amqp.method;

/** A method of AMQP 0-9-1 or of RabbitMQ's extensions, with its arguments; reserved arguments are left out. */
public sealed interface Method
        permits AccessMethod,
                BasicMethod,
                ChannelMethod,
                ConfirmMethod,
                ConnectionMethod,
                ExchangeMethod,
                QueueMethod,
                TxMethod {

    int classId();

    int methodId();

    /** As the specification writes it: {@code queue.declare}. */
    String name();

    /** True when a content header and body frames follow. */
    default boolean hasContent() {
        return false;
    }

    /** Writes the arguments, in order. */
    void writeArguments(MethodWriter out);
}
