package dev.tandem.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.tandem.app.config.ConfigException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TandemTest {
    @Test
    void servesAllThreeSidesOnFreePorts() throws Exception {
        try (var tandem = Tandem.start()) {
            // when
            long offset = produce(tandem, "rides", "hello");
            String body = publishAndGet(tandem, "hello");
            int status = httpStatus(tandem.consoleUri() + "readyz");

            // then
            assertThat(offset).isZero();
            assertThat(body).isEqualTo("hello");
            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void deletesItsTemporaryDirectoryAndEndsItsThreads() {
        // given
        Set<String> before = threadNames();
        var tandem = Tandem.start();
        Path directory = tandem.dataDir();
        assertThat(directory).isDirectory();

        // when
        tandem.close();
        tandem.close();

        // then
        assertThat(directory).doesNotExist();
        await().untilAsserted(() -> assertThat(threadNames())
                .filteredOn(name -> name.startsWith("vert.x") || name.startsWith("tandem") || name.startsWith("kafka"))
                .isSubsetOf(before));
    }

    @Test
    void givesAChosenPasswordToItsProgramAndNotToTheConsole() throws Exception {
        // given
        try (var tandem = Tandem.builder()
                .set("amqp.default-user", "ann")
                .set("amqp.default-pass", "s/cret phrase")
                .start()) {
            // when
            String body = publishAndGet(tandem, "hello");
            String overview = httpBody(tandem.consoleUri() + "api/v1/overview");

            // then
            assertThat(body).isEqualTo("hello");
            assertThat(overview).contains("amqp://ann@localhost").doesNotContain("cret");
        }
    }

    @Test
    void resetsToAnEmptyBrokerWhileConnectionsStayOpen() throws Exception {
        // given
        try (var tandem = Tandem.start();
                var admin = Admin.create(Map.of("bootstrap.servers", tandem.kafkaBootstrap()));
                var connection = amqp(tandem).newConnection()) {
            produce(tandem, "rides", "before");
            consumeOne(tandem, "riders", "rides");
            var channel = connection.createChannel();
            channel.exchangeDeclare("town", "fanout", true);
            channel.queueDeclare("stops", true, false, false, null);
            channel.queueBind("stops", "town", "");
            channel.basicPublish("town", "", null, new byte[] {1});

            // when
            tandem.reset();

            // then
            assertThat(admin.listTopics().names().get()).isEmpty();
            assertThat(admin.listGroups().all().get()).isEmpty();
            assertThatThrownBy(() -> connection.createChannel().exchangeDeclarePassive("town"))
                    .hasStackTraceContaining("404");
            assertThat(connection
                            .createChannel()
                            .queueDeclare("stops", true, false, false, null)
                            .getMessageCount())
                    .isZero();
            assertThat(produce(tandem, "rides", "after")).isZero();
        }
    }

    @Test
    void removesTheMembersOfAGroupThatIsReset() throws Exception {
        // given
        try (var tandem = Tandem.start();
                var admin = Admin.create(Map.of("bootstrap.servers", tandem.kafkaBootstrap()));
                var consumer = consumer(tandem, "riders")) {
            produce(tandem, "rides", "before");
            consumer.subscribe(List.of("rides"));
            await().until(() -> !consumer.poll(Duration.ofMillis(100)).isEmpty());

            // when
            tandem.reset();

            // then
            assertThat(admin.listGroups().all().get()).isEmpty();
        }
    }

    @Test
    void runsTwoBrokersInOneProgram() throws Exception {
        try (var one = Tandem.start();
                var other = Tandem.start()) {
            // when
            produce(one, "rides", "a");
            long offset = produce(other, "rides", "b");

            // then
            assertThat(offset).isZero();
            assertThat(one.kafkaBootstrap()).isNotEqualTo(other.kafkaBootstrap());
        }
    }

    @Test
    void keepsADirectoryThatItWasGiven(@TempDir Path directory) throws Exception {
        // given
        try (var tandem = Tandem.builder().dataDir(directory).start()) {
            produce(tandem, "rides", "first");
        }

        // when
        try (var tandem = Tandem.builder().dataDir(directory).start()) {
            long offset = produce(tandem, "rides", "second");

            // then
            assertThat(offset).isEqualTo(1);
        }
        assertThat(directory).isNotEmptyDirectory();
    }

    @Test
    void leavesNoDirectoryBehindWhenItCannotStart() throws Exception {
        // given
        Set<Path> before = temporaryDirectories();

        // then
        assertThatThrownBy(
                        () -> Tandem.builder().set("kafka.num-partition", "3").start())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("did you mean 'kafka.num-partitions'?");
        assertThat(temporaryDirectories()).isSubsetOf(before);
    }

    private static long produce(Tandem tandem, String topic, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", tandem.kafkaBootstrap());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>(topic, value))
                    .get(30, TimeUnit.SECONDS)
                    .offset();
        }
    }

    private static String publishAndGet(Tandem tandem, String text) throws Exception {
        try (var connection = amqp(tandem).newConnection();
                var channel = connection.createChannel()) {
            channel.queueDeclare("rides", true, false, false, null);
            channel.confirmSelect();
            channel.basicPublish("", "rides", null, text.getBytes(StandardCharsets.UTF_8));
            channel.waitForConfirmsOrDie(30_000);
            GetResponse response = channel.basicGet("rides", true);
            return new String(response.getBody(), StandardCharsets.UTF_8);
        }
    }

    private static ConnectionFactory amqp(Tandem tandem) throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri(tandem.amqpUri());
        return factory;
    }

    private static void consumeOne(Tandem tandem, String group, String topic) {
        try (var consumer = consumer(tandem, group)) {
            consumer.subscribe(List.of(topic));
            await().until(() -> !consumer.poll(Duration.ofMillis(100)).isEmpty());
            consumer.commitSync();
        }
    }

    private static KafkaConsumer<String, String> consumer(Tandem tandem, String group) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        tandem.kafkaBootstrap(),
                        "group.id",
                        group,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static int httpStatus(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static String httpBody(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body();
    }

    private static Set<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }

    private static Set<Path> temporaryDirectories() throws Exception {
        try (var entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return entries.filter(path -> path.getFileName().toString().startsWith("tandem-"))
                    .collect(Collectors.toSet());
        }
    }
}
