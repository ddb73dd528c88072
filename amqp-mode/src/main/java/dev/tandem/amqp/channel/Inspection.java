package dev.tandem.amqp.channel;

import dev.tandem.amqp.argument.Expiration;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.connection.User;
import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message's properties mean to the broker.
 *
 * @param received as the client sent them
 * @param stored as they reach consumers: without {@code BCC}, with a reply address in place of the pseudo-queue
 * @param furtherKeys routing keys besides the publish's (RabbitMQ, "Sender-selected Distribution")
 */
record Inspection(ContentProperties received, ContentProperties stored, List<String> furtherKeys) {
    private static final String CC = "CC";
    private static final String BCC = "BCC";

    /**
     * Checks properties, in RabbitMQ's order.
     *
     * @param replyAddress what stands for this channel in requests; null when it does not wait for replies
     * @throws AmqpException when they are not acceptable
     */
    static Inspection of(
            ContentProperties received, BasicMethod.Publish publish, User user, @Nullable String replyAddress) {
        ContentProperties stored = withReplyAddress(received, publish, replyAddress);
        received.expiration().ifPresent(Expiration::parseMillis);
        FieldTable headers = received.headers();
        List<String> furtherKeys = List.of();
        if (!headers.isEmpty()) {
            furtherKeys = new ArrayList<>();
            addKeys(headers, CC, publish, furtherKeys);
            if (addKeys(headers, BCC, publish, furtherKeys)) {
                stored = stored.withHeaders(withoutBcc(headers));
            }
        }
        checkUser(received, publish, user);
        return new Inspection(received, stored, furtherKeys);
    }

    private static ContentProperties withReplyAddress(
            ContentProperties received, BasicMethod.Publish publish, @Nullable String replyAddress) {
        boolean asksForReply =
                received.replyTo().filter(DirectReplies.PSEUDO_QUEUE::equals).isPresent();
        if (!asksForReply) {
            return received;
        }
        if (replyAddress == null) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "fast reply consumer does not exist", publish);
        }
        return received.withReplyTo(replyAddress);
    }

    /** True when there is such a header; of its elements those that are texts count. */
    private static boolean addKeys(FieldTable headers, String name, BasicMethod.Publish publish, List<String> keys) {
        FieldValue value = headers.find(name).orElse(null);
        if (value == null) {
            return false;
        }
        if (!(value instanceof FieldValue.Array array)) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED,
                    "invalid message: {unacceptable_type_in_header,\"" + name + "\","
                            + value.type().typeName() + "}",
                    publish);
        }
        for (FieldValue key : array.values()) {
            if (key instanceof FieldValue.LongString text) {
                keys.add(text.text());
            }
        }
        return true;
    }

    private static FieldTable withoutBcc(FieldTable headers) {
        var rest = FieldTable.builder();
        headers.entries().forEach((name, value) -> {
            if (!name.equals(BCC)) {
                rest.put(name, value);
            }
        });
        return rest.build();
    }

    private static void checkUser(ContentProperties received, BasicMethod.Publish publish, User user) {
        String claimed = received.userId().orElse(null);
        if (claimed != null && !claimed.equals(user.name()) && !user.isImpersonator()) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED,
                    "user_id property set to '" + claimed + "' but authenticated user was '" + user.name() + "'",
                    publish);
        }
    }
}
