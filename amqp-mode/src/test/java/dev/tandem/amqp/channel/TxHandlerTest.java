package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TxHandlerTest extends BrokerTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void showsPublishesAtTheCommit(boolean durable) throws Exception {
        // given
        channel.queueDeclare("q", durable, false, false, null);
        Channel other = connection.createChannel();
        channel.txSelect();
        publish("", "q", "one");
        publish("", "q", "two");
        long before = other.messageCount("q");

        // when
        channel.txCommit();

        // then
        assertThat(before).isZero();
        assertThat(drain("q")).containsExactly("one", "two");
    }

    @Test
    void forgetsPublishesAtTheRollback() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.txSelect();
        publish("", "q", "dropped");

        // when
        channel.txRollback();
        publish("", "q", "kept");
        channel.txCommit();

        // then
        assertThat(drain("q")).containsExactly("kept");
    }

    @Test
    void forgetsPublishesOfAChannelThatIsClosed() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.txSelect();
        publish("", "q", "dropped");

        // when
        channel.close();

        // then
        channel = connection.createChannel();
        assertThat(drain("q")).isEmpty();
    }

    @Test
    void storesPublishesAndAcknowledgementsTogether() throws Exception {
        // given
        channel.queueDeclare("in", true, false, false, null);
        channel.queueDeclare("out", true, false, false, null);
        for (int i = 0; i < 3; i++) {
            channel.basicPublish("", "in", MessageProperties.PERSISTENT_BASIC, bytes("m" + i));
        }
        channel.txSelect();
        GetResponse first = channel.basicGet("in", false);
        channel.basicGet("in", false);
        channel.basicPublish("", "out", MessageProperties.PERSISTENT_BASIC, bytes("done"));
        channel.basicAck(first.getEnvelope().getDeliveryTag(), false);

        // when
        channel.txCommit();
        long acknowledged = queue("in").acknowledged();
        restart();

        // then
        assertThat(acknowledged).isEqualTo(1);
        assertThat(drain("in")).containsExactly("m1", "m2");
        assertThat(drain("out")).containsExactly("done");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsAcknowledgementsBackUntilTheCommit(boolean durable) throws Exception {
        // given
        channel.queueDeclare("q", durable, false, false, null);
        publish("", "q", "m0");
        publish("", "q", "m1");
        channel.txSelect();
        channel.basicGet("q", false);
        channel.basicGet("q", false);
        channel.basicAck(0, true);
        Channel other = connection.createChannel();
        other.messageCount("q");
        AmqpAdmin.QueueView before = queue("q");

        // when
        channel.txCommit();

        // then
        assertThat(before.unacked()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(queue("q").unacked()).isZero());
        channel.close();
        channel = connection.createChannel();
        assertThat(drain("q")).isEmpty();
    }

    @Test
    void returnsAcknowledgedMessagesOfAClosedChannel() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        publish("", "q", "m");
        channel.txSelect();
        GetResponse got = channel.basicGet("q", false);
        channel.basicAck(got.getEnvelope().getDeliveryTag(), false);

        // when
        channel.close();

        // then
        channel = connection.createChannel();
        GetResponse again = channel.basicGet("q", true);
        assertThat(again.getEnvelope().isRedeliver()).isTrue();
    }

    @Test
    void makesDeliveriesUnacknowledgedAgainAtTheRollback() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        for (int i = 0; i < 4; i++) {
            publish("", "q", "m" + i);
        }
        channel.txSelect();
        for (int i = 0; i < 4; i++) {
            channel.basicGet("q", false);
        }
        channel.basicAck(2, false);
        channel.basicNack(3, false, true);
        channel.basicReject(1, false);

        // when
        channel.txRollback();
        GetResponse none = channel.basicGet("q", true);
        channel.basicAck(3, true);
        channel.txCommit();
        channel.basicNack(4, false, true);
        channel.txCommit();

        // then
        assertThat(none).isNull();
        assertThat(drain("q")).containsExactly("m3");
    }

    @Test
    void requeuesAndDropsAtTheCommit() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        publish("", "q", "again");
        publish("", "q", "gone");
        channel.txSelect();
        channel.basicGet("q", false);
        channel.basicGet("q", false);
        channel.basicNack(1, false, true);
        channel.basicNack(2, false, false);
        GetResponse before = channel.basicGet("q", true);

        // when
        channel.txCommit();

        // then
        assertThat(before).isNull();
        GetResponse after = channel.basicGet("q", true);
        assertThat(text(after.getBody())).isEqualTo("again");
        assertThat(after.getEnvelope().isRedeliver()).isTrue();
        assertThat(channel.basicGet("q", true)).isNull();
    }

    @Test
    void givesCreditBackAtTheCommit() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        publish("", "q", "m0");
        publish("", "q", "m1");
        channel.basicQos(1);
        channel.txSelect();
        BlockingQueue<Long> tags = new LinkedBlockingQueue<>();
        channel.basicConsume(
                "q", false, (tag, message) -> tags.add(message.getEnvelope().getDeliveryTag()), tag -> {});
        channel.basicAck(tags.take(), false);
        channel.queueDeclarePassive("q"); // a round trip
        boolean early = !tags.isEmpty();

        // when
        channel.txCommit();

        // then
        assertThat(early).isFalse();
        assertThat(tags.poll(60, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void returnsUnroutableMessagesBeforeItAnswersTheCommit() throws Exception {
        // given
        List<String> returned = Collections.synchronizedList(new ArrayList<>());
        channel.addReturnListener(back -> returned.add(back.getReplyCode() + " " + text(back.getBody())));
        channel.txSelect();
        channel.basicPublish("", "nowhere", true, MessageProperties.BASIC, bytes("m"));
        channel.queueDeclare("roundtrip", false, true, false, null);
        var before = List.copyOf(returned);

        // when
        channel.txCommit();

        // then
        assertThat(before).isEmpty();
        assertThat(returned).containsExactly("312 m");
    }

    @Test
    void commitsWhatIsLeftWhenAQueueHasGone() throws Exception {
        // given
        Channel other = connection.createChannel();
        for (String queue : List.of("stays", "goes")) {
            channel.queueDeclare(queue, true, false, false, null);
            publish("", queue, "first");
        }
        channel.txSelect();
        channel.basicAck(channel.basicGet("goes", false).getEnvelope().getDeliveryTag(), false);
        channel.basicAck(channel.basicGet("stays", false).getEnvelope().getDeliveryTag(), false);
        publish("", "goes", "m");
        publish("", "stays", "m");
        other.queueDelete("goes");

        // when
        channel.txCommit();

        // then
        assertThat(drain("stays")).containsExactly("m");
    }

    @Test
    void refusesToSwitchBetweenConfirmsAndTransactions() throws Exception {
        // given
        Channel confirming = connection.createChannel();
        confirming.confirmSelect();
        channel.txSelect();
        channel.txSelect();

        // then
        assertClosesChannel(
                confirming, 406, "PRECONDITION_FAILED - cannot switch from confirm to tx mode", confirming::txSelect);
        assertClosesChannel(
                channel, 406, "PRECONDITION_FAILED - cannot switch from tx to confirm mode", channel::confirmSelect);
    }

    @Test
    void refusesToEndATransactionThatWasNotBegun() throws Exception {
        // given
        Channel other = connection.createChannel();

        // then
        assertClosesChannel(channel, 406, "PRECONDITION_FAILED - channel is not transactional", channel::txCommit);
        assertClosesChannel(other, 406, "PRECONDITION_FAILED - channel is not transactional", other::txRollback);
    }

    @Test
    void acknowledgesWhatATransactionDidThatAFullQueuePartlyRejected() throws Exception {
        // given
        channel.queueDeclare("full", true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
        channel.queueDeclare("in", true, false, false, null);
        publish("", "in", "m");
        channel.txSelect();
        publish("", "full", "taken");
        publish("", "full", "rejected");
        channel.basicAck(channel.basicGet("in", false).getEnvelope().getDeliveryTag(), false);

        // when
        assertClosesChannel(channel, 406, "PRECONDITION_FAILED - partial tx completion", channel::txCommit);

        // then
        channel = connection.createChannel();
        assertThat(drain("in")).isEmpty();
        assertThat(drain("full")).containsExactly("taken");
    }

    @Test
    void tellsThatATransactionCouldNotBeStored() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.txSelect();
        publish("", "q", "m");
        broker.storage().close();

        // then
        assertClosesChannel(channel, 406, "PRECONDITION_FAILED - partial tx completion", channel::txCommit);
    }

    private AmqpAdmin.QueueView queue(String name) {
        return broker.admin().queues().stream()
                .filter(queue -> queue.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
