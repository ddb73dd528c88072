package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.storage.StorageMetrics;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Queues that a client declares, uses and deletes for one reply. */
class ReplyQueueTest extends BrokerTest {
    private static final int QUEUES = Integer.getInteger("tandem.soak.replyQueues", 10_000);

    @Test
    void leavesNoTraceOnTheDisk() throws Exception {
        // given
        channel.queueDeclare("stored", true, false, false, null);
        StorageMetrics before = broker.storage().metrics();
        BlockingQueue<String> replies = new LinkedBlockingQueue<>();

        // when
        for (int i = 0; i < QUEUES; i++) {
            useReplyQueue("reply " + i, replies, i % 2 == 0);
        }

        // then
        StorageMetrics after = broker.storage().metrics();
        assertThat(after.commits()).isEqualTo(before.commits());
        assertThat(after.commitGroups()).isEqualTo(before.commitGroups());
        assertThat(after.bytesWritten()).isEqualTo(before.bytesWritten());
        assertThat(after.transientLogs()).isZero();
        assertThat(after.transientBytes()).isZero();
        assertThat(after.spilledChunks()).isZero();
        assertThat(broker.admin().queues()).hasSize(1);
    }

    private void useReplyQueue(String reply, BlockingQueue<String> replies, boolean autoDelete)
            throws IOException, InterruptedException {
        Channel used = channel;
        String queue = used.queueDeclare("", false, true, autoDelete, null).getQueue();
        used.queueBind(queue, "amq.direct", queue);
        String consumer =
                used.basicConsume(queue, true, (tag, message) -> replies.add(text(message.getBody())), tag -> {});
        publish("amq.direct", queue, reply);
        assertThat(replies.poll(60, TimeUnit.SECONDS)).isEqualTo(reply);
        used.basicCancel(consumer);
        if (!autoDelete) {
            used.queueDelete(queue);
        }
    }
}
