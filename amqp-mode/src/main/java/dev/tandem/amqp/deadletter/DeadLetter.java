package dev.tandem.amqp.deadletter;

import dev.tandem.amqp.routing.Address;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldTableBuilder;
import dev.tandem.amqp.wire.FieldValue;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way from the queue that dropped it to a dead letter exchange.
 *
 * <p>The history in its headers counts only when the broker wrote it: a message that a client publishes begins a new one,
 * whatever headers it carries (RabbitMQ 4.0).
 */
public final class DeadLetter {
    private static final String FIRST_DEATH = "x-first-death-";
    private static final String LAST_DEATH = "x-last-death-";
    private static final String CC = "CC";
    private static final Set<String> FACTS = Set.of("reason", "queue", "exchange");

    private final MessageView message;
    private final DeathReason reason;
    private final Slice exchange;
    private final Slice routingKey;
    private final List<String> routingKeys;
    private final DeathHistory history;
    private final ContentProperties properties;

    private DeadLetter(
            MessageView message,
            DeathReason reason,
            Slice exchange,
            Slice routingKey,
            List<String> routingKeys,
            DeathHistory history,
            ContentProperties properties) {
        this.message = message;
        this.reason = reason;
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.routingKeys = routingKeys;
        this.history = history;
        this.properties = properties;
    }

    /**
     * A message that a queue drops.
     *
     * @param exchange where it goes
     * @param routingKey with what; null for the routing keys it was published with
     */
    public static DeadLetter of(
            MessageView message,
            DeathReason reason,
            String queue,
            Slice exchange,
            @Nullable Slice routingKey,
            long nowMillis) {
        ContentProperties before = ContentProperties.parse(message.properties());
        FieldTable headers = before.headers();
        List<FieldValue> keys = keysOf(message, headers);
        DeathHistory known = message.isDeadLetter() ? DeathHistory.of(headers) : DeathHistory.NONE;
        var publishedTo = new FieldValue.LongString(message.exchange());
        DeathHistory history = known.with(
                new Death(queue, reason, 1, Math.floorDiv(nowMillis, 1000), publishedTo, keys, before.expiration()));
        FieldTable marked = mark(headers, known, history, queue, reason, publishedTo, routingKey != null);
        return new DeadLetter(
                message,
                reason,
                exchange,
                routingKey == null ? message.routingKey() : routingKey,
                routingKey == null ? texts(keys) : List.of(text(routingKey)),
                history,
                before.withHeaders(marked).withoutExpiration());
    }

    /** The routing key it was published with, and those that its headers add. */
    private static List<FieldValue> keysOf(MessageView message, FieldTable headers) {
        var keys = new ArrayList<FieldValue>();
        keys.add(new FieldValue.LongString(message.routingKey()));
        if (headers.find(CC).orElse(null) instanceof FieldValue.Array more) {
            more.values().stream()
                    .filter(FieldValue.LongString.class::isInstance)
                    .forEach(keys::add);
        }
        return keys;
    }

    private static FieldTable mark(
            FieldTable headers,
            DeathHistory known,
            DeathHistory history,
            String queue,
            DeathReason reason,
            FieldValue.LongString publishedTo,
            boolean hasNewKey) {
        var marked = FieldTable.builder();
        headers.entries().forEach((name, value) -> {
            boolean isReplaced = name.equals(DeathHistory.HEADER)
                    || (isFact(name, FIRST_DEATH) && known.isEmpty())
                    || isFact(name, LAST_DEATH)
                    || (name.equals(CC) && hasNewKey);
            if (!isReplaced) {
                marked.put(name, value);
            }
        });
        marked.put(DeathHistory.HEADER, history.toField());
        if (known.isEmpty()) {
            putFacts(marked, FIRST_DEATH, queue, reason, publishedTo);
        }
        putFacts(marked, LAST_DEATH, queue, reason, publishedTo);
        return marked.build();
    }

    private static boolean isFact(String header, String prefix) {
        return header.startsWith(prefix) && FACTS.contains(header.substring(prefix.length()));
    }

    private static void putFacts(
            FieldTableBuilder headers,
            String prefix,
            String queue,
            DeathReason reason,
            FieldValue.LongString publishedTo) {
        headers.put(prefix + "reason", reason.wireName());
        headers.put(prefix + "queue", queue);
        headers.put(prefix + "exchange", publishedTo);
    }

    /** What exchanges look at. */
    public Address address() {
        return new Address(routingKeys, properties);
    }

    /** As it is delivered from where it goes. */
    public ContentProperties properties() {
        return properties;
    }

    public boolean isPersistent() {
        return message.isPersistent();
    }

    public int bodyLength() {
        return message.bodyLength();
    }

    /** Whether it must not reach a queue, for it would go round for ever; what a client rejected may go anywhere. */
    public boolean isCycle(String targetQueue) {
        return reason != DeathReason.REJECTED && history.isCycle(targetQueue);
    }

    /** The record for a queue in which it expires at some time. */
    public Slice encode(long expiresAtMillis) {
        return MessageRecord.encodeDeadLetter(
                message.isPersistent(), expiresAtMillis, exchange, routingKey, properties.bytes(), message.body());
    }

    private static List<String> texts(List<FieldValue> keys) {
        return keys.stream()
                .filter(FieldValue.LongString.class::isInstance)
                .map(key -> ((FieldValue.LongString) key).text())
                .toList();
    }

    private static String text(Slice bytes) {
        return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.UTF_8);
    }
}
