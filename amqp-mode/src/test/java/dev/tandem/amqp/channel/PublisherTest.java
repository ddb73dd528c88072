package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PublisherTest extends BrokerTest {

    @Test
    void confirmsEverythingWhileQueuesOfTheExchangeComeAndGo() throws Exception {
        // given
        channel.exchangeDeclare("all", "fanout", true);
        channel.queueDeclare("stays", true, false, false, null);
        channel.queueBind("stays", "all", "");
        channel.confirmSelect();
        var nacked = new AtomicLong();
        channel.addConfirmListener((tag, multiple) -> {}, (tag, multiple) -> nacked.incrementAndGet());
        Channel other = broker.connect().createChannel();

        // when
        for (int i = 0; i < 40; i++) {
            other.queueDeclare("goes", true, false, false, null);
            other.queueBind("goes", "all", "");
            for (int message = 0; message < 50; message++) {
                channel.basicPublish("all", "", MessageProperties.PERSISTENT_BASIC, bytes(i + "." + message));
            }
            other.queueDelete("goes");
        }
        channel.waitForConfirmsOrDie(20_000);

        // then
        assertThat(nacked).hasValue(0);
        assertThat(drain("stays")).hasSize(2_000).doesNotHaveDuplicates();
    }

    @Test
    void confirmsInTheOrderOfThePublishesWhateverTheirQueues() throws Exception {
        // given
        channel.queueDeclare("stored", true, false, false, null);
        Channel elsewhere = broker.connect().createChannel();
        elsewhere.queueDeclare("memory", false, false, false, null);
        channel.confirmSelect();
        List<Long> confirmed = Collections.synchronizedList(new ArrayList<>());
        channel.addConfirmListener((tag, multiple) -> confirmed.add(tag), (tag, multiple) -> confirmed.add(-tag));

        // when
        for (int i = 0; i < 300; i++) {
            String queue = i % 3 == 0 ? "stored" : i % 3 == 1 ? "memory" : "nowhere";
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, bytes("m" + i));
        }
        channel.waitForConfirmsOrDie(20_000);

        // then
        await().untilAsserted(() -> assertThat(confirmed).endsWith(300L));
        assertThat(confirmed).isSorted();
    }

    @Test
    void nacksWhatCouldNotBeStored() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.confirmSelect();
        List<String> answers = Collections.synchronizedList(new ArrayList<>());
        channel.addConfirmListener(
                (tag, multiple) -> answers.add("ack " + tag), (tag, multiple) -> answers.add("nack " + tag));
        channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, bytes("kept"));
        channel.waitForConfirms(5_000);

        // when
        broker.storage().close();
        channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, bytes("refused"));

        // then
        await().untilAsserted(() -> assertThat(answers).containsExactly("ack 1", "nack 2"));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void answersOverAnExclusiveReplyQueue() throws Exception {
        // given
        channel.queueDeclare("rpc", false, false, false, null);
        Channel server = broker.connect().createChannel();
        server.basicConsume(
                "rpc",
                true,
                (tag, request) -> server.basicPublish(
                        "",
                        request.getProperties().getReplyTo(),
                        new AMQP.BasicProperties.Builder()
                                .correlationId(request.getProperties().getCorrelationId())
                                .build(),
                        request.getBody()),
                tag -> {});
        String replies = channel.queueDeclare().getQueue();
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        channel.basicConsume(
                replies,
                true,
                (tag, answer) -> answers.add(answer.getProperties().getCorrelationId()),
                tag -> {});

        // when
        for (int i = 0; i < 100; i++) {
            channel.basicPublish(
                    "",
                    "rpc",
                    new AMQP.BasicProperties.Builder()
                            .replyTo(replies)
                            .correlationId("c" + i)
                            .build(),
                    new byte[0]);
        }

        // then
        for (int i = 0; i < 100; i++) {
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("c" + i);
        }
    }
}
