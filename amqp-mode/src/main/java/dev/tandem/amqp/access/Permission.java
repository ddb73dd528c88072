package dev.tandem.amqp.access;

/** What may be done with a queue or an exchange (RabbitMQ, "Access Control"). */
public enum Permission {
    /** Making and deleting it. */
    CONFIGURE("configure"),
    /** Putting messages in. */
    WRITE("write"),
    /** Getting messages out. */
    READ("read");

    private final String word;

    Permission(String word) {
        this.word = word;
    }

    /** As refusals name it. */
    String word() {
        return word;
    }
}
