package dev.tandem.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.console.testsupport.ConsoleFixture;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsoleApiTest {
    private ConsoleFixture console;

    @BeforeEach
    void start() {
        console = new ConsoleFixture();
    }

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void tellsTheAddressesAndTheDurability() {
        // when
        JsonNode overview = console.json("/api/v1/overview");

        // then
        assertThat(overview.at("/addresses/kafkaBootstrap").asText()).isEqualTo("localhost:9092");
        assertThat(overview.at("/addresses/amqpUri").asText()).isEqualTo("amqp://guest:guest@localhost:5672/");
        assertThat(overview.at("/durability").asText()).isEqualTo("always");
        assertThat(overview.at("/version").asText()).isEqualTo("0.1.0");
    }

    @Test
    void listsTopicsFilteredSortedAndPaged() {
        // given
        for (int i = 0; i < 250; i++) {
            console.kafka.topic("orders-" + i, 2, i);
        }
        console.kafka.topic("clicks", 1, 5);

        // when
        JsonNode page = console.json("/api/v1/topics?filter=ORDERS&sort=-records&offset=10&limit=5");

        // then
        assertThat(page.at("/total").asInt()).isEqualTo(250);
        assertThat(page.at("/all").asInt()).isEqualTo(251);
        assertThat(page.at("/items")).hasSize(5);
        assertThat(page.at("/items/0/name").asText()).isEqualTo("orders-239");
        assertThat(page.at("/items/0/records").asLong()).isEqualTo(478);
    }

    @Test
    void refusesListParametersItDoesNotKnow() {
        assertThat(console.get("/api/v1/topics?sort=colour").statusCode()).isEqualTo(400);
        assertThat(console.get("/api/v1/topics?limit=100000").statusCode()).isEqualTo(400);
        assertThat(console.get("/api/v1/topics?offset=-1").statusCode()).isEqualTo(400);
    }

    @Test
    void showsTheOffsetsOfEachPartition() {
        // given
        console.kafka.topic("orders", 3, 7);

        // when
        JsonNode topic = console.json("/api/v1/topics/orders");

        // then
        assertThat(topic.at("/partitions")).hasSize(3);
        assertThat(topic.at("/partitions/2/highWatermark").asLong()).isEqualTo(7);
        assertThat(console.get("/api/v1/topics/none").statusCode()).isEqualTo(404);
    }

    @Test
    void createsATopicOnceAndPassesOnWhyNotTwice() {
        // given
        var body = "{\"name\":\"orders\",\"partitions\":4}";

        // when
        var first = console.send(console.request("/api/v1/topics")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        var second = console.send(console.request("/api/v1/topics")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));

        // then
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(console.kafka.topics()).singleElement().satisfies(topic -> assertThat(topic.partitions())
                .hasSize(4));
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(ConsoleFixture.json(second).at("/error/message").asText())
                .isEqualTo("Topic 'orders' already exists.");
    }

    @Test
    void refusesATopicThatDoesNotFit() {
        for (String body : new String[] {
            "",
            "{",
            "[]",
            "{\"name\":\"\",\"partitions\":1}",
            "{\"name\":\"a\",\"partitions\":0}",
            "null",
            "{\"name\":\"a\",\"partitions\":1,\"colour\":2}"
        }) {
            // when
            var response = console.send(console.request("/api/v1/topics")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body)));

            // then
            assertThat(response.statusCode()).as(body).isEqualTo(400);
            assertThat(ConsoleFixture.json(response).at("/error/message").asText())
                    .isNotBlank();
        }
        assertThat(console.kafka.topics()).isEmpty();
    }

    @Test
    void deletesATopic() {
        // given
        console.kafka.topic("orders", 1, 1);

        // when
        var response = console.send(console.request("/api/v1/topics/orders").DELETE());

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(console.kafka.topics()).isEmpty();
        assertThat(console.send(console.request("/api/v1/topics/orders").DELETE())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void showsGroupsWithTheirLag() {
        // given
        console.kafka.topic("orders", 1, 100).group("billing", "orders", 60, 100);

        // when
        JsonNode groups = console.json("/api/v1/groups");

        // then
        assertThat(groups.at("/items/0/id").asText()).isEqualTo("billing");
        assertThat(groups.at("/items/0/lag").asLong()).isEqualTo(40);
        assertThat(console.json("/api/v1/groups/billing")
                        .at("/partitions/0/committedOffset")
                        .asLong())
                .isEqualTo(60);
    }

    @Test
    void purgesAndDeletesAQueueOfTheDefaultVhost() {
        // given
        console.amqp.queue("invoices/2026", 12, 3, 1).binding("billing", "invoices/2026", "#");
        var path = "/api/v1/queues/%2F/invoices%2F2026";

        // when
        JsonNode queue = console.json(path);
        var purged = console.send(console.request(path + "/messages").DELETE());
        var deleted = console.send(console.request(path).DELETE());

        // then
        assertThat(queue.at("/queue/ready").asLong()).isEqualTo(12);
        assertThat(queue.at("/bindings/0/source").asText()).isEqualTo("billing");
        assertThat(ConsoleFixture.json(purged).at("/messages").asLong()).isEqualTo(12);
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(console.amqp.queues()).isEmpty();
        assertThat(console.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void showsExchangesWithTheirBindingsAndWhatTheyCouldNotRoute() {
        // given
        console.amqp.exchange("billing", "topic", 17).binding("billing", "invoices", "invoice.#");
        console.amqp.dropped("no binding of exchange 'billing' in vhost '/' matches", 17);

        // when
        JsonNode exchanges = console.json("/api/v1/exchanges");
        JsonNode unroutable = console.json("/api/v1/unroutable");

        // then
        assertThat(exchanges.at("/items/0/firstBindings/0/routingKey").asText()).isEqualTo("invoice.#");
        assertThat(console.json("/api/v1/bindings").at("/total").asInt()).isEqualTo(1);
        assertThat(unroutable.at("/dropped").asLong()).isEqualTo(17);
        assertThat(unroutable.at("/reasons/0/reason").asText()).contains("exchange 'billing'");
    }

    @Test
    void listsConnectionsOfBothProtocolsAndClosesAnAmqpOne() {
        // given
        console.kafka.connection("1", "order-service");
        console.amqp.connection("127.0.0.1:5 -> 127.0.0.1:5672", "billing-worker");

        // when
        JsonNode connections = console.json("/api/v1/connections?sort=protocol");
        var closed = console.send(console.request("/api/v1/connections/amqp/127.0.0.1%3A5%20-%3E%20127.0.0.1%3A5672")
                .DELETE());

        // then
        assertThat(connections.at("/items/0/protocol").asText()).isEqualTo("amqp");
        assertThat(connections.at("/items/1/client").asText()).isEqualTo("order-service");
        assertThat(closed.statusCode()).isEqualTo(200);
        assertThat(console.amqp.connections()).isEmpty();
    }

    @Test
    void answersUnknownAddressesInItsOwnForm() {
        // when
        var response = console.get("/api/v1/nothing");

        // then
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(ConsoleFixture.json(response).at("/error/status").asInt()).isEqualTo(404);
    }

    @Test
    void isReadyOnlyWhenAllListenersServe() {
        // given
        assertThat(console.get("/readyz").statusCode()).isEqualTo(200);

        // when
        console.ready.set(false);

        // then
        assertThat(console.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(console.get("/healthz").statusCode()).isEqualTo(200);
    }
}
