package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.GetResponse;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues declared with {@code x-topic}: ack sets over the log of a Kafka topic. */
class SharedLogIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private Connection connection;
    private Channel channel;

    @BeforeEach
    void connect() throws Exception {
        connection = BROKER.amqp().connect();
        channel = connection.createChannel();
    }

    @AfterEach
    void disconnect() {
        connection.abort();
    }

    @Test
    void aRecordArrivesWithKeyHeadersAndTimestamp() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        String queue = declare(topic);
        var record = new ProducerRecord<String, String>(topic, 0, 1_234_567L, "the key", "the value");
        record.headers().add("one", AmqpFixture.bytes("1"));
        record.headers().add("two", AmqpFixture.bytes("a"));
        record.headers().add("two", AmqpFixture.bytes("b"));

        // when
        produce(record);
        GetResponse got = AmqpFixture.get(channel, queue, true);

        // then
        var properties = got.getProps();
        assertThat(AmqpFixture.text(got.getBody())).isEqualTo("the value");
        assertThat(got.getEnvelope().getExchange()).isEmpty();
        assertThat(got.getEnvelope().getRoutingKey()).isEqualTo(topic);
        assertThat(got.getEnvelope().isRedeliver()).isFalse();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getTimestamp().getTime()).isEqualTo(1_234_000);
        assertThat(properties.getHeaders().get("two")).hasToString("[a, b]");
        assertThat(properties.getHeaders())
                .hasEntrySatisfying("one", value -> assertThat(value).hasToString("1"))
                .hasEntrySatisfying("x-kafka-key", value -> assertThat(value).hasToString("the key"))
                .containsEntry("x-kafka-timestamp", 1_234_567L)
                .containsEntry("x-kafka-partition", 0L)
                .containsEntry("x-kafka-offset", 0L)
                .doesNotContainKey("x-kafka-null-value");
    }

    @Test
    void aRecordWithoutAValueHasAnEmptyBodyAndAHeader() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        String queue = declare(topic);

        // when
        produce(new ProducerRecord<>(topic, 0, "key", null));
        GetResponse got = AmqpFixture.get(channel, queue, true);

        // then
        assertThat(got.getBody()).isEmpty();
        assertThat(got.getProps().getHeaders()).containsEntry("x-kafka-null-value", true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void aBatchIsUnpackedWhateverItsCompression(String compression) throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        String queue = declare(topic);

        // when
        try (var producer = BROKER.kafka().producer(Map.of("compression.type", compression, "linger.ms", 100))) {
            for (int i = 0; i < 50; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, "value " + i));
            }
        }

        // then
        for (int i = 0; i < 50; i++) {
            assertThat(AmqpFixture.text(AmqpFixture.get(channel, queue, true).getBody()))
                    .isEqualTo("value " + i);
        }
    }

    @Test
    void partitionsAreServedInTurnEachInItsOrder() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(2);
        BROKER.kafka().produce(topic, 0, "a1", "a2", "a3");
        BROKER.kafka().produce(topic, 1, "b1", "b2", "b3");

        // when
        String queue = declare(topic);
        List<String> got = take(queue, 6);

        // then
        assertThat(got).containsExactlyInAnyOrder("a1", "a2", "a3", "b1", "b2", "b3");
        assertThat(got).containsSubsequence("a1", "a2", "a3").containsSubsequence("b1", "b2", "b3");
        assertThat(got.get(0).charAt(0)).isNotEqualTo(got.get(1).charAt(0));
    }

    @Test
    void queuesOfOneTopicKnowNothingOfEachOther() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        BROKER.kafka().produce(topic, 0, "1", "2", "3");
        String first = declare(topic);
        take(first, 3);

        // when
        String second = declare(topic);

        // then
        assertThat(take(second, 3)).containsExactly("1", "2", "3");
        assertThat(channel.basicGet(first, true)).isNull();
        assertThat(KafkaFixture.values(BROKER.kafka().readToEnd(topic, 0))).containsExactly("1", "2", "3");
    }

    @Test
    void whatIsRequeuedComesAgainFirst() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        BROKER.kafka().produce(topic, 0, "1", "2", "3");
        String queue = declare(topic);
        GetResponse first = AmqpFixture.get(channel, queue, false);
        AmqpFixture.get(channel, queue, false);

        // when
        channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
        GetResponse again = AmqpFixture.get(channel, queue, false);

        // then
        assertThat(AmqpFixture.text(again.getBody())).isEqualTo("1");
        assertThat(again.getEnvelope().isRedeliver()).isTrue();
        assertThat(take(queue, 1)).containsExactly("3");
    }

    @Test
    void aTransactionAcknowledgesInSeveralPartitions() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(2);
        BROKER.kafka().produce(topic, 0, "a");
        BROKER.kafka().produce(topic, 1, "b");
        String queue = declare(topic);
        channel.txSelect();
        AmqpFixture.get(channel, queue, false);
        GetResponse last = AmqpFixture.get(channel, queue, false);

        // when
        channel.basicAck(last.getEnvelope().getDeliveryTag(), true);
        channel.txCommit();
        channel.basicRecover(true);

        // then
        assertThat(channel.basicGet(queue, true)).isNull();
    }

    @Test
    void purgeDiscardsForThisQueueAlone() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        BROKER.kafka().produce(topic, 0, "1", "2");
        String queue = declare(topic);
        awaitReady(queue, 2);

        // when
        int purged = channel.queuePurge(queue).getMessageCount();
        BROKER.kafka().produce(topic, 0, "3");

        // then
        assertThat(purged).isEqualTo(2);
        assertThat(take(queue, 1)).containsExactly("3");
        assertThat(KafkaFixture.values(BROKER.kafka().readToEnd(topic, 0))).containsExactly("1", "2", "3");
    }

    @Test
    void whatIsDeletedFromTheTopicIsGoneFromTheQueue() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        BROKER.kafka().produce(topic, 0, "1", "2", "3");
        String queue = declare(topic);
        GetResponse held = AmqpFixture.get(channel, queue, false);

        // when
        try (var admin = BROKER.kafka().admin()) {
            KafkaFixture.get(admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(2)))
                    .all());
        }
        channel.basicNack(held.getEnvelope().getDeliveryTag(), false, true);

        // then
        assertThat(take(queue, 1)).containsExactly("3");
        assertThat(channel.basicGet(queue, true)).isNull();
    }

    @Test
    void partitionsThatAreAddedAreReadToo() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        String queue = declare(topic);

        // when
        try (var admin = BROKER.kafka().admin()) {
            KafkaFixture.get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                    .all());
        }
        BROKER.kafka().produce(topic, 1, "of the new one");

        // then
        assertThat(take(queue, 1)).containsExactly("of the new one");
    }

    @Test
    void aDeletedTopicTakesItsQueuesAndTheirConsumersAlong() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        String queue = declare(topic);
        var cancelled = new AtomicBoolean();
        channel.basicConsume(queue, new DefaultConsumer(channel) {
            @Override
            public void handleCancel(String consumerTag) {
                cancelled.set(true);
            }
        });

        // when
        try (var admin = BROKER.kafka().admin()) {
            KafkaFixture.get(admin.deleteTopics(List.of(topic)).all());
        }

        // then
        Awaitility.await().atMost(LIMIT).untilTrue(cancelled);
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            Channel other = connection.createChannel();
            assertThat(AmqpFixture.closedBy(() -> other.queueDeclarePassive(queue))
                            .code())
                    .isEqualTo(404);
        });
    }

    @Test
    void aDeletedQueueLeavesTheTopicAndItsNameBeginsAnew() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        BROKER.kafka().produce(topic, 0, "1");
        String queue = declare(topic);
        take(queue, 1);

        // when
        channel.queueDelete(queue);
        channel.queueDeclare(queue, true, false, false, Map.of("x-topic", topic));

        // then
        assertThat(take(queue, 1)).containsExactly("1");
        assertThat(KafkaFixture.values(BROKER.kafka().readToEnd(topic, 0))).containsExactly("1");
    }

    @Test
    void aTopicThatDoesNotExistIsNotFound() {
        assertThat(AmqpFixture.closedBy(() -> channel.queueDeclare("q", true, false, false, Map.of("x-topic", "none"))))
                .isEqualTo(Closed.channel(404, "NOT_FOUND - no topic 'none' for queue 'q' in vhost '/'"));
    }

    @ParameterizedTest
    @CsvSource({"false,false,false,non-durable", "true,true,false,exclusive-owner", "true,false,true,auto-delete"})
    void theQueueMustBeDurableAndForAll(boolean durable, boolean exclusive, boolean autoDelete, String property) {
        // given
        String topic = BROKER.kafka().createTopic(1);

        // then
        assertThat(AmqpFixture.closedBy(
                        () -> channel.queueDeclare("q", durable, exclusive, autoDelete, Map.of("x-topic", topic))))
                .isEqualTo(Closed.channel(
                        406,
                        "PRECONDITION_FAILED - invalid property '" + property
                                + "' for queue 'q' in vhost '/', which reads a topic"));
    }

    @ParameterizedTest
    @CsvSource({
        "x-message-ttl,1000",
        "x-max-length,5",
        "x-max-priority,5",
        "x-dead-letter-exchange,amq.direct",
        "x-queue-type,quorum"
    })
    void whatWouldChangeMessagesThatOthersReadIsRefused(String argument, String value) {
        // given
        String topic = BROKER.kafka().createTopic(1);
        Object typed = value.matches("\\d+") ? Integer.parseInt(value) : value;

        // then
        assertThat(AmqpFixture.closedBy(() -> channel.queueDeclare(
                                "q", true, false, false, Map.of("x-topic", topic, argument, typed)))
                        .code())
                .isEqualTo(406);
    }

    @Test
    void nothingCanBePublishedToIt() throws Exception {
        // given
        String topic = BROKER.kafka().createTopic(1);
        String queue = declare(topic);
        var refused = Closed.channel(
                406,
                "PRECONDITION_FAILED - queue '" + queue + "' in vhost '/' reads the topic '" + topic
                        + "', nothing can be published to it");

        // when
        Channel binding = connection.createChannel();
        Channel publishing = connection.createChannel();
        publishing.basicPublish("", queue, null, AmqpFixture.bytes("lost?"));

        // then
        assertThat(AmqpFixture.closedBy(() -> binding.queueBind(queue, "amq.direct", "key")))
                .isEqualTo(refused);
        assertThat(AmqpFixture.closureOf(publishing)).isEqualTo(refused);
    }

    private String declare(String topic) throws IOException {
        String queue = Names.unique("shared");
        channel.queueDeclare(queue, true, false, false, Map.of("x-topic", topic));
        return queue;
    }

    private List<String> take(String queue, int count) {
        var bodies = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            bodies.add(AmqpFixture.text(AmqpFixture.get(channel, queue, true).getBody()));
        }
        return bodies;
    }

    private void awaitReady(String queue, int count) {
        Awaitility.await().atMost(LIMIT).until(() -> channel.messageCount(queue) == count);
    }

    private static void produce(ProducerRecord<String, String> record) throws Exception {
        try (var producer = BROKER.kafka().producer()) {
            producer.send(record).get();
        }
    }
}
