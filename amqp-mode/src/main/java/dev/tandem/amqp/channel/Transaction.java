package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.Consumer;
import dev.tandem.amqp.delivery.LongArray;
import dev.tandem.amqp.delivery.Outcome;
import dev.tandem.amqp.delivery.Unacked;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What a transactional channel did since its last commit or rollback (AMQP 0-9-1 §1.9): its publishes, checked and routed,
 * and what it made of deliveries, which the queues hear of at the commit.
 */
final class Transaction {
    private final TransactionMemory memory;
    private final List<HeldPublish> publishes = new ArrayList<>();
    private final List<Unacked> settled = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long heldBytes;

    Transaction(TransactionMemory memory) {
        this.memory = memory;
    }

    /**
     * Keeps a publish for the commit.
     *
     * @throws AmqpException when open transactions hold as much as they may
     */
    void hold(HeldPublish publish) {
        long bytes = publish.sizeInBytes();
        if (!memory.tryTake(bytes)) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED,
                    "uncommitted messages of all channels exceed " + memory.limitBytes() + " bytes",
                    publish.publish());
        }
        heldBytes += bytes;
        publishes.add(publish);
    }

    /** Keeps what the client made of a delivery for the commit. */
    void settle(Unacked delivery, Outcome outcome) {
        settled.add(delivery);
        outcomes.add(outcome);
    }

    List<HeldPublish> publishes() {
        return publishes;
    }

    /** The deliveries that the client settled, in its order. */
    List<Unacked> settled() {
        return settled;
    }

    /** Offsets acknowledged in stored queues: these can be part of the commit itself. */
    Map<Consumer, LongArray> storedAcknowledgements() {
        var byConsumer = new LinkedHashMap<Consumer, LongArray>();
        for (int i = 0; i < settled.size(); i++) {
            if (isStoredAcknowledgement(i)) {
                byConsumer
                        .computeIfAbsent(settled.get(i).consumer(), consumer -> new LongArray())
                        .add(settled.get(i).offset());
            }
        }
        return byConsumer;
    }

    /** Passes on what follows the commit: what is returned or dropped, and acknowledgements of queues without a log. */
    void forEachOther(BiConsumer<Unacked, Outcome> taker) {
        for (int i = 0; i < settled.size(); i++) {
            if (!isStoredAcknowledgement(i)) {
                taker.accept(settled.get(i), outcomes.get(i));
            }
        }
    }

    /** Nothing is held any more. */
    void release() {
        memory.release(heldBytes);
        heldBytes = 0;
    }

    private boolean isStoredAcknowledgement(int index) {
        return outcomes.get(index) == Outcome.ACKNOWLEDGED
                && settled.get(index).consumer().queue().isStored();
    }
}
