package dev.tandem.amqp.directreply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.record.Slice;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectRepliesTest {
    private final AtomicInteger secrets = new AtomicInteger();
    private final DirectReplies replies = new DirectReplies(() -> "secret" + secrets.incrementAndGet());
    private final DefaultEventExecutor loop = new DefaultEventExecutor();
    private final AtomicInteger received = new AtomicInteger();
    private final ReplyReceiver receiver = new ReplyReceiver() {
        @Override
        public EventExecutor loop() {
            return loop;
        }

        @Override
        public void onReply(DirectReply reply) {
            received.incrementAndGet();
        }
    };

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void findsAChannelUntilItCloses() {
        // given
        ReplyAddress one = replies.open(receiver);
        ReplyAddress other = replies.open(receiver);

        // when
        replies.close(one);

        // then
        assertThat(one.name()).isEqualTo("amq.rabbitmq.reply-to.secret1");
        assertThat(replies.find(one.name())).isEmpty();
        assertThat(replies.find(other.name())).contains(other);
        assertThat(DirectReplies.isAddress(one.name())).isTrue();
        assertThat(DirectReplies.isAddress(DirectReplies.PSEUDO_QUEUE)).isFalse();
    }

    @Test
    void dropsRepliesThatAChannelDoesNotGetTo() throws Exception {
        // given
        ReplyAddress address = replies.open(receiver);
        var busy = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        var reply = new DirectReply(Slice.EMPTY, Slice.EMPTY, Slice.EMPTY, Slice.of(new byte[1 << 20]));

        // when
        int taken = 0;
        for (int i = 0; i < 100; i++) {
            taken += address.deliver(reply) ? 1 : 0;
        }
        busy.countDown();
        loop.submit(() -> {}).sync();

        // then
        assertThat(taken).isEqualTo(63);
        assertThat(received).hasValue(taken);
        assertThat(address.deliver(reply)).isTrue();
    }
}
