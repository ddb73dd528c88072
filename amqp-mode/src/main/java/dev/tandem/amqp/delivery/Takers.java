package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.ConsumptionOptions;
import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.argument.QueueType;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.MessageView;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who takes a queue's messages: consumers, served round robin while they have credit, and gets that wait for one message
 * each, which come first. Counts what they have and have not settled. Belongs to the queue's owner.
 */
final class Takers {
    private static final Logger LOGGER = LoggerFactory.getLogger(Takers.class);
    /** A turn ends after so many messages, so that other queues of the event loop come to theirs. */
    private static final int TURN_MESSAGES = 1024;

    /** Half of what a connection's output takes until it has to drain: another queue fills the rest. */
    private static final long TURN_BYTES = 128 << 10;

    private final QueueSettings settings;
    private final QueueOptions options;
    private final QueueMessages messages;
    private final QueueHead head;
    private final QueueStatistics statistics;
    private final Listener listener;
    private final ConsumerRing consumers;
    private final Queue<PendingGet> gets = new ArrayDeque<>();
    private long unacked;
    private long namedDamage = -1;

    /**
     * Nobody yet.
     *
     * @param head of the queue, whose messages these are
     */
    Takers(
            QueueSettings settings,
            QueueOptions options,
            QueueMessages messages,
            QueueHead head,
            QueueStatistics statistics,
            Listener listener) {
        this.settings = settings;
        this.options = options;
        this.messages = messages;
        this.head = head;
        this.statistics = statistics;
        this.listener = listener;
        var consumption = ConsumptionOptions.of(settings.arguments());
        this.consumers = new ConsumerRing(
                consumption.singleActiveConsumer() ? new SingleActiveConsumer(consumption.quorum()) : null);
    }

    // ---- who

    /**
     * Adds a consumer.
     *
     * @throws AmqpException when exclusive use forbids it
     */
    void add(Consumer consumer) {
        if (consumers.forbids(consumer)) {
            throw new AmqpException(ReplyCode.ACCESS_REFUSED, settings.describe() + " in exclusive use");
        }
        consumers.add(consumer);
    }

    /** Removes a consumer; false when there was no such. */
    boolean remove(Consumer consumer) {
        return consumers.remove(consumer);
    }

    boolean hasConsumers() {
        return !consumers.isEmpty();
    }

    int consumerCount() {
        return consumers.size();
    }

    /** How many messages consumers could be sent at once. */
    long deliverable() {
        return consumers.deliverable();
    }

    /** Somebody asks for one message. */
    void addGet(Consumer taker, GetListener onMessage) {
        gets.add(new PendingGet(taker, onMessage));
    }

    /** A consumer is done with some deliveries. */
    void settled(Consumer consumer, int count) {
        consumer.settled(count);
        unacked -= count;
    }

    long unacked() {
        return unacked;
    }

    /** The queue is deleted: gets find nothing, consumers are cancelled. */
    void end() {
        for (PendingGet get : gets) {
            get.listener.onMessage(null, false, 0);
        }
        gets.clear();
        cancelConsumers();
    }

    private void cancelConsumers() {
        for (var consumer : consumers) {
            consumer.sink().loop().execute(() -> consumer.sink().cancelled(consumer));
        }
        consumers.clear();
    }

    // ---- what they take

    /** Answers gets, as far as messages can be had in this turn. */
    void serveGets() {
        if (!gets.isEmpty()) {
            head.dropExcess();
        }
        while (!gets.isEmpty()) {
            MessageView message = head.peek();
            if (message == null && !messages.isEmpty()) {
                giveUpUnreadable();
                return; // not to be had in this turn
            }
            PendingGet get = gets.remove();
            if (message == null) {
                get.listener.onMessage(null, false, 0);
            } else {
                get.taker.takeCredit();
                MessageView marked = mark(message);
                boolean again = take(get.taker, message);
                listener.onTaken();
                get.listener.onMessage(marked, again, head.readyCount());
            }
        }
    }

    /** Delivers what consumers can take; false when there is more to do, in another turn. */
    boolean serveConsumers() {
        int sent = 0;
        long bytes = 0;
        boolean isThrough = gets.isEmpty();
        while (gets.isEmpty() && !messages.isEmpty()) {
            Consumer consumer = consumers.nextEager();
            if (consumer == null) {
                break;
            }
            if (sent == TURN_MESSAGES || bytes >= TURN_BYTES) {
                listener.onTurnOver();
                isThrough = false;
                break;
            }
            MessageView message = head.peekDeliverable();
            if (message == null) {
                giveUpUnreadable();
                isThrough = messages.isEmpty();
                break;
            }
            if (!consumer.takeCredit()) {
                continue; // another queue took the channel's last credit
            }
            consumers.advance();
            MessageView marked = mark(message);
            boolean again = take(consumer, message);
            consumer.send(marked, again);
            sent++;
            bytes += message.body().length();
        }
        if (sent > 0) {
            consumers.flush();
        }
        return isThrough;
    }

    /** A message as consumers get it. */
    private MessageView mark(MessageView message) {
        return options.type() == QueueType.QUORUM
                ? DeliveryCountHeader.mark(message, messages.deliveryCount(message.offset()))
                : message;
    }

    /** Delivers the peeked message; true when it was delivered before. */
    private boolean take(Consumer taker, MessageView message) {
        boolean again = head.take(message, taker.isNoAck());
        if (taker.isNoAck()) {
            statistics.countAcknowledged(1);
        } else {
            unacked++;
        }
        statistics.countDelivered(again);
        return again;
    }

    /**
     * Lets nobody wait for a message that could not be read: gets are answered with an error. Consumers wait for a disk
     * that may be well again; where the message is damaged they are cancelled, as RabbitMQ does it when a queue fails. The
     * queue itself stays, whatever it is declared as, and goes on when it is purged.
     */
    private void giveUpUnreadable() {
        StorageException failure = messages.isEmpty() ? null : messages.failureAt(messages.nextPosition());
        if (failure == null) {
            return;
        }
        boolean isDamaged = failure instanceof CorruptData;
        var error = new AmqpException(
                ReplyCode.INTERNAL_ERROR,
                settings.describe() + ": the message at offset " + messages.offsetOf(messages.nextPosition())
                        + (isDamaged ? " is damaged" : " cannot be read") + ", see the broker logfile");
        for (PendingGet get : gets) {
            get.listener.onUnreadable(error);
        }
        gets.clear();
        if (isDamaged) {
            nameDamage(failure);
            if (hasConsumers()) {
                cancelConsumers();
                listener.onConsumersCancelled();
            }
        }
    }

    private void nameDamage(StorageException failure) {
        if (messages.nextPosition() != namedDamage) {
            namedDamage = messages.nextPosition();
            LOGGER.error(
                    "{} delivers nothing until it is purged, its message at offset {} is damaged: {}",
                    settings.describe(),
                    messages.offsetOf(namedDamage),
                    failure.getMessage());
        }
    }

    private record PendingGet(Consumer taker, GetListener listener) {}

    /** The queue, which hears what its takers do to it. */
    interface Listener {

        /** A get was answered with a message: what is ready has changed. */
        void onTaken();

        /** Consumers could be sent more than fits a turn. */
        void onTurnOver();

        /** Consumers were cancelled for a message that is damaged. */
        void onConsumersCancelled();
    }
}
