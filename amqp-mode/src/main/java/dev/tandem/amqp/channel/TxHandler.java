package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.method.TxMethod;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Class tx (AMQP 0-9-1 §1.9). A transaction covers publishes and acknowledgements; publishes are routed when they arrive
 * and returned, if they must be, at the commit, as in RabbitMQ. What goes to durable queues and what is acknowledged in
 * them is one commit of the engine, answered when it is synced: all of it happens or none.
 */
final class TxHandler implements MethodHandler<TxMethod> {
    private final Channel channel;
    private final TransactionMemory memory;
    private @Nullable Transaction open;

    TxHandler(Channel channel, ChannelContext context) {
        this.channel = channel;
        this.memory = context.transactions();
    }

    /** The open transaction; null when the channel is not transactional. */
    @Nullable
    Transaction open() {
        return open;
    }

    @Override
    public void handle(TxMethod method) {
        if (method instanceof TxMethod.Select select) {
            select(select);
        } else if (method instanceof TxMethod.Commit commit) {
            commit(commit, require(commit));
        } else if (method instanceof TxMethod.Rollback rollback) {
            rollback(require(rollback));
        } else {
            throw Channel.unexpected(method);
        }
    }

    /** The channel is gone: nothing of the transaction happens. */
    void close() {
        if (open != null) {
            drop(open);
            open = null;
        }
    }

    private void select(TxMethod.Select select) {
        if (channel.publisher().confirms()) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "cannot switch from confirm to tx mode", select);
        }
        if (open == null) {
            open = new Transaction(memory);
        }
        channel.send(new TxMethod.SelectOk());
    }

    private void commit(TxMethod.Commit commit, Transaction transaction) {
        open = new Transaction(memory);
        var done = new CompletableFuture<CommitOutcome>();
        channel.publisher().commit(transaction, outcome -> {
            if (outcome == CommitOutcome.FAILED) {
                drop(transaction);
            } else {
                transaction.release();
                channel.deliveries().committed(transaction);
            }
            done.complete(outcome);
        });
        channel.await(commit, done, outcome -> {
            if (outcome != CommitOutcome.STORED) {
                throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "partial tx completion", commit);
            }
            channel.send(new TxMethod.CommitOk());
        });
    }

    private void rollback(Transaction transaction) {
        open = new Transaction(memory);
        drop(transaction);
        channel.send(new TxMethod.RollbackOk());
    }

    /** Publishes are forgotten, settled deliveries are unacknowledged again. */
    private void drop(Transaction transaction) {
        transaction.release();
        channel.deliveries().restore(transaction.settled());
    }

    private Transaction require(TxMethod method) {
        Transaction transaction = open;
        if (transaction == null) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "channel is not transactional", method);
        }
        return transaction;
    }
}
