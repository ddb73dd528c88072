package dev.tandem.amqp.channel;

/** Names as clients send them. */
final class Names {
    private Names() {}

    /** Without carriage returns and line feeds, as RabbitMQ declares and deletes. */
    static String strip(String name) {
        return name.indexOf('\r') < 0 && name.indexOf('\n') < 0
                ? name
                : name.replace("\r", "").replace("\n", "");
    }
}
