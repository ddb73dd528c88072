package dev.tandem.amqp.routing;

/** A queue that is but a name. */
record NamedQueue(String name) implements Destination {
    @Override
    public String kind() {
        return "queue";
    }

    @Override
    public boolean isDurable() {
        return false;
    }
}
