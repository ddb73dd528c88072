package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static dev.tandem.amqp.testsupport.Errors.assertClosesConnection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.amqp.testsupport.RawClient;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectReplyTest extends BrokerTest {
    private static final String PSEUDO_QUEUE = "amq.rabbitmq.reply-to";
    private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();
    private Channel server;

    @BeforeEach
    void declareRequests() throws Exception {
        channel.queueDeclare("rpc", false, false, false, null);
        server = broker.connect().createChannel();
    }

    @Test
    void answersWithoutAQueue() throws Exception {
        // given
        consumeReplies();
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

        // when
        for (int i = 0; i < 100; i++) {
            request("c" + i);
        }

        // then
        for (int i = 0; i < 100; i++) {
            Delivery reply = take();
            assertThat(reply.getProperties().getCorrelationId()).isEqualTo("c" + i);
            assertThat(reply.getEnvelope().getRoutingKey()).startsWith(PSEUDO_QUEUE + ".");
            assertThat(reply.getEnvelope().getExchange()).isEmpty();
            assertThat(reply.getEnvelope().getDeliveryTag()).isEqualTo(i + 1);
        }
        assertThat(broker.admin().queues()).hasSize(1);
    }

    @Test
    void routesAnAnswerAndAQueueByOneMessage() throws Exception {
        // given
        consumeReplies();
        String address = addressOfARequest();
        channel.queueDeclare("copy", false, false, false, null);

        // when
        server.basicPublish(
                "",
                address,
                new AMQP.BasicProperties.Builder()
                        .headers(Map.of("CC", List.of("copy")))
                        .build(),
                bytes("answer"));

        // then
        assertThat(text(take().getBody())).isEqualTo("answer");
        await().untilAsserted(() -> assertThat(drain("copy")).containsExactly("answer"));
    }

    @Test
    void confirmsAnswersAndReturnsThoseThatNobodyWaitsFor() throws Exception {
        // given
        consumeReplies();
        String address = addressOfARequest();
        var returned = new AtomicInteger();
        server.addReturnListener(back -> returned.incrementAndGet());
        server.confirmSelect();

        // when
        server.basicPublish("", address, true, null, bytes("one"));
        server.waitForConfirmsOrDie(20_000);
        int afterTheFirst = returned.get();
        channel.close();
        server.basicPublish("", address, true, null, bytes("two"));
        server.waitForConfirmsOrDie(20_000);

        // then
        assertThat(afterTheFirst).isZero();
        assertThat(returned).hasValue(1);
    }

    @Test
    void tellsWhetherSomebodyWaits() throws Exception {
        // given
        consumeReplies();
        String address = addressOfARequest();

        // when
        AMQP.Queue.DeclareOk waiting = server.queueDeclarePassive(address);
        channel.queueDeclare(PSEUDO_QUEUE, false, false, false, null);

        // then
        assertThat(waiting.getConsumerCount()).isEqualTo(1);
        assertThat(waiting.getMessageCount()).isZero();
        channel.basicCancel("replies");
        assertClosesChannel(
                server,
                404,
                "NOT_FOUND - no queue '" + address + "' in vhost '/'",
                () -> server.queueDeclare(address, false, false, false, null));
    }

    @Test
    void refusesAReplyConsumerThatAcknowledges() {
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - reply consumer cannot acknowledge",
                () -> channel.basicConsume(PSEUDO_QUEUE, false, (tag, reply) -> {}, tag -> {}));
    }

    @Test
    void refusesASecondReplyConsumerUntilTheFirstIsCancelled() throws Exception {
        // given
        consumeReplies();
        channel.basicCancel("replies");
        consumeReplies();

        // then
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - reply consumer already set",
                () -> channel.basicConsume(PSEUDO_QUEUE, true, (tag, reply) -> {}, tag -> {}));
    }

    @Test
    void refusesAConsumerTagThatTheReplyConsumerHas() throws Exception {
        // given
        consumeReplies();

        // then
        assertClosesConnection(
                channel,
                530,
                "NOT_ALLOWED - attempt to reuse consumer tag 'replies'",
                () -> channel.basicConsume("rpc", true, "replies", (tag, reply) -> {}, tag -> {}));
    }

    @Test
    void dropsRepliesThatAClientDoesNotReadAndServesOthers() throws Exception {
        // given
        consumeReplies();
        String healthy = addressOfARequest();
        try (var client = new RawClient(broker.port())) {
            client.openChannel()
                    .method(1, new BasicMethod.Consume(PSEUDO_QUEUE, "", false, true, false, false, FieldTable.EMPTY));
            client.readMethod();
            client.method(1, new BasicMethod.Publish(ShortString.EMPTY, ShortString.of("rpc"), false, false))
                    .frame(RawClient.HEADER, 1, headerWithReplyTo());
            await().atMost(60, TimeUnit.SECONDS).until(() -> channel.messageCount("rpc") == 1);
            String address = server.basicGet("rpc", true).getProps().getReplyTo();
            server.confirmSelect();

            // when
            await().atMost(60, TimeUnit.SECONDS).until(() -> {
                for (int i = 0; i < 50; i++) {
                    server.basicPublish("", address, null, new byte[200_000]);
                }
                server.waitForConfirmsOrDie(60_000);
                return broker.admin().counters().dropped().containsKey("a channel did not read its direct replies");
            });
            server.basicPublish("", healthy, null, bytes("answer"));

            // then
            assertThat(text(take().getBody())).isEqualTo("answer");
            assertThat(client.readMethod()).isInstanceOf(BasicMethod.Deliver.class);
        }
    }

    /** A content header of an empty body, with reply-to alone. */
    private static byte[] headerWithReplyTo() {
        byte[] name = bytes(PSEUDO_QUEUE);
        return ByteBuffer.allocate(15 + name.length)
                .putShort((short) 60)
                .putShort((short) 0)
                .putLong(0)
                .putShort((short) 0x0200)
                .put((byte) name.length)
                .put(name)
                .array();
    }

    @Test
    void refusesARequestWithoutAReplyConsumer() {
        assertClosesChannel(
                channel, 406, "PRECONDITION_FAILED - fast reply consumer does not exist", () -> request("c"));
    }

    private void consumeReplies() throws Exception {
        channel.basicConsume(PSEUDO_QUEUE, true, "replies", (tag, reply) -> replies.add(reply), tag -> {});
    }

    private String addressOfARequest() throws Exception {
        request("c");
        channel.queueDeclarePassive("rpc");
        GetResponse request = server.basicGet("rpc", true);
        return request.getProps().getReplyTo();
    }

    private void request(String correlationId) throws Exception {
        channel.basicPublish(
                "",
                "rpc",
                new AMQP.BasicProperties.Builder()
                        .correlationId(correlationId)
                        .replyTo(PSEUDO_QUEUE)
                        .messageId("m")
                        .build(),
                bytes(correlationId));
    }

    private Delivery take() throws InterruptedException {
        Delivery reply = replies.poll(60, TimeUnit.SECONDS);
        assertThat(reply).isNotNull();
        return reply;
    }
}
