package dev.tandem.amqp.deadletter;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.List;
import java.util.Optional;

/**
 * What a message went through in one queue for one reason: an entry of {@code x-death}.
 *
 * @param count how often
 * @param firstSeconds when first
 * @param exchange it had been published to then
 * @param routingKeys it had been published with then, {@code CC} among them
 * @param originalExpiration its {@code expiration} property then, which it lost
 */
record Death(
        String queue,
        DeathReason reason,
        long count,
        long firstSeconds,
        FieldValue.LongString exchange,
        List<FieldValue> routingKeys,
        Optional<String> originalExpiration) {
    Death {
        routingKeys = List.copyOf(routingKeys);
    }

    boolean isOf(String otherQueue, DeathReason otherReason) {
        return reason == otherReason && queue.equals(otherQueue);
    }

    /** The same, once more. */
    Death again() {
        return new Death(queue, reason, count + 1, firstSeconds, exchange, routingKeys, originalExpiration);
    }

    /** With the entries in RabbitMQ's order. */
    FieldValue toField() {
        var table = FieldTable.builder();
        originalExpiration.ifPresent(expiration -> table.put("original-expiration", expiration));
        return new FieldValue.Table(table.put("count", count)
                .put("reason", reason.wireName())
                .put("queue", queue)
                .put("time", new FieldValue.Timestamp(firstSeconds))
                .put("exchange", exchange)
                .put("routing-keys", routingKeys)
                .build());
    }

    /** What {@link #toField} made; empty for anything else. */
    static Optional<Death> ofField(FieldValue value) {
        if (!(value instanceof FieldValue.Table entry)) {
            return Optional.empty();
        }
        FieldTable table = entry.table();
        Optional<DeathReason> reason = text(table, "reason").flatMap(DeathReason::named);
        Optional<String> queue = text(table, "queue");
        if (reason.isEmpty() || queue.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Death(
                queue.get(),
                reason.get(),
                table.find("count")
                        .map(count -> ((FieldValue.Int) count).value())
                        .orElse(1L),
                table.find("time")
                        .map(time -> ((FieldValue.Timestamp) time).seconds())
                        .orElse(0L),
                table.find("exchange").map(FieldValue.LongString.class::cast).orElse(FieldValue.LongString.of("")),
                table.find("routing-keys")
                        .map(keys -> ((FieldValue.Array) keys).values())
                        .orElse(List.of()),
                text(table, "original-expiration")));
    }

    private static Optional<String> text(FieldTable table, String name) {
        return table.find(name)
                .filter(FieldValue.LongString.class::isInstance)
                .map(value -> ((FieldValue.LongString) value).text());
    }
}
