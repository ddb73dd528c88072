package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConcurrentDeclarationTest extends BrokerTest {
    private static final int CLIENTS = 6;

    @Test
    void makesOneQueueOfWhatSeveralConnectionsDeclareAtOnce() throws Exception {
        // given
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            channels.add(broker.connect().createChannel());
        }
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

        // when
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Channel each : channels) {
            running.add(CompletableFuture.runAsync(() -> work(each), clients));
        }
        CompletableFuture.allOf(running.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        clients.shutdown();

        // then
        assertThat(broker.admin().queues()).hasSize(20);
        for (int i = 0; i < 20; i++) {
            assertThat(drain("q" + i)).hasSize(CLIENTS);
        }
        restart();
        assertThat(broker.admin().queues()).hasSize(20);
        assertThat(broker.admin().bindings()).hasSize(20);
    }

    private static void work(Channel channel) {
        try {
            for (int i = 0; i < 20; i++) {
                channel.queueDeclare("q" + i, true, false, false, null);
                channel.exchangeDeclare("x", "direct", true);
                channel.queueBind("q" + i, "x", "k" + i);
                channel.basicPublish("x", "k" + i, null, new byte[] {1});
                String mine = channel.queueDeclare().getQueue();
                channel.queueBind(mine, "x", "k" + i);
                channel.queueDelete(mine);
            }
            // Its count is answered when what was published before is written.
            channel.queueDeclarePassive("q0");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
