package dev.tandem.amqp.routing;

/** Where a binding leads: an {@link Exchange} or a queue. */
public interface Destination {

    String name();

    /** {@code exchange} or {@code queue}, as the catalog and the console call it. */
    String kind();

    /** Whether it, and the bindings to it, outlive the broker. */
    boolean isDurable();
}
