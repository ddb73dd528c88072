package dev.tandem.amqp.channel;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Slice;
import org.jspecify.annotations.Nullable;

/**
 * The records of one message for the queues that it goes to: encoded once for all that want the same, which are most of
 * them. Queues differ in whether they share the body, and in when the message expires there.
 */
final class MessageEncodings {
    private final BasicMethod.Publish publish;
    private final ContentProperties properties;
    private final Slice body;
    private @Nullable Slice whole;
    private long wholeExpiresAt;
    private @Nullable Slice sharing;
    private long sharingExpiresAt;

    MessageEncodings(BasicMethod.Publish publish, ContentProperties properties, Slice body) {
        this.publish = publish;
        this.properties = properties;
        this.body = body;
    }

    /** With its body in it. */
    Slice whole(long expiresAtMillis) {
        Slice encoded = whole;
        if (encoded == null || wholeExpiresAt != expiresAtMillis) {
            encoded = MessageRecord.encode(
                    properties.isPersistent(),
                    expiresAtMillis,
                    publish.exchange().bytes(),
                    publish.routingKey().bytes(),
                    properties.bytes(),
                    body);
            whole = encoded;
            wholeExpiresAt = expiresAtMillis;
        }
        return encoded;
    }

    /** With a reference to its body. */
    Slice sharing(BodyReference reference, long expiresAtMillis) {
        Slice encoded = sharing;
        if (encoded == null || sharingExpiresAt != expiresAtMillis) {
            encoded = MessageRecord.encodeShared(
                    properties.isPersistent(),
                    expiresAtMillis,
                    publish.exchange().bytes(),
                    publish.routingKey().bytes(),
                    properties.bytes(),
                    reference);
            sharing = encoded;
            sharingExpiresAt = expiresAtMillis;
        }
        return encoded;
    }
}
