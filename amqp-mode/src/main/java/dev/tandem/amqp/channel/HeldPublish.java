package dev.tandem.amqp.channel;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.vhost.Route;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.storage.record.Slice;

/** A publish that was checked and routed, and waits for {@code tx.commit}. */
record HeldPublish(BasicMethod.Publish publish, Route route, ContentProperties properties, Slice body) {
    /** What an entry takes besides the client's bytes, about. */
    private static final int OVERHEAD_BYTES = 200;

    /** Heap that it takes. */
    long sizeInBytes() {
        return (long) body.length() + properties.bytes().length() + OVERHEAD_BYTES;
    }
}
