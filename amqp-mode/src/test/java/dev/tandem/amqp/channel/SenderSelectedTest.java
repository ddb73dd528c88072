package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sender-selected distribution: further routing keys in the headers {@code CC} and {@code BCC}. */
class SenderSelectedTest extends BrokerTest {

    @Test
    void routesByTheKeysOfBothHeadersAndHidesTheSecond() throws Exception {
        // given
        for (String queue : List.of("to", "cc", "bcc", "other")) {
            channel.queueDeclare(queue, true, false, false, null);
        }

        // when
        publishTo("", "to", Map.of("CC", List.of("cc", "to", 7), "BCC", List.of("bcc"), "kept", "yes"));

        // then
        for (String queue : List.of("to", "cc", "bcc")) {
            GetResponse got = channel.basicGet(queue, true);
            assertThat(text(got.getBody())).isEqualTo("m");
            assertThat(got.getEnvelope().getRoutingKey()).isEqualTo("to");
            assertThat(got.getProps().getHeaders()).containsOnlyKeys("CC", "kept");
            assertThat(got.getProps().getContentType()).isEqualTo("text/plain");
            assertThat(channel.basicGet(queue, true)).isNull();
        }
        assertThat(drain("other")).isEmpty();
    }

    @Test
    void routesByFurtherKeysThroughOtherExchanges() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.queueBind("q", "amq.topic", "a.*");
        channel.queueBind("q", "amq.topic", "b.*");

        // when
        publishTo("amq.topic", "none", Map.of("CC", List.of("a.1", "b.2")));
        publishTo("amq.topic", "none", Map.of("CC", List.of()));

        // then
        assertThat(drain("q")).containsExactly("m");
    }

    @Test
    void returnsWhatNoKeyLeadsAnywhere() throws Exception {
        // given
        List<Map<String, Object>> returned = Collections.synchronizedList(new ArrayList<>());
        channel.addReturnListener(
                back -> returned.add(new HashMap<>(back.getProperties().getHeaders())));
        channel.confirmSelect();

        // when
        var properties = new AMQP.BasicProperties.Builder()
                .headers(Map.of("CC", List.of("nowhere"), "BCC", List.of("hidden")))
                .build();
        channel.basicPublish("", "missing", true, properties, bytes("m"));
        channel.waitForConfirmsOrDie(20_000);

        // then
        assertThat(returned).hasSize(1);
        assertThat(returned.get(0)).containsOnlyKeys("CC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CC", "BCC"})
    void refusesHeadersThatAreNoArrays(String header) {
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"" + header + "\",longstr}",
                () -> publishTo("", "q", Map.of(header, "q")));
    }

    @Test
    void tellsAMissingExchangeBeforeWrongProperties() {
        assertClosesChannel(
                channel,
                404,
                "NOT_FOUND - no exchange 'missing' in vhost '/'",
                () -> publishTo("missing", "q", Map.of("CC", "q")));
    }

    private void publishTo(String exchange, String key, Map<String, Object> headers) throws Exception {
        var properties = new AMQP.BasicProperties.Builder()
                .contentType("text/plain")
                .headers(headers)
                .replyTo("r")
                .build();
        channel.basicPublish(exchange, key, properties, bytes("m"));
    }
}
