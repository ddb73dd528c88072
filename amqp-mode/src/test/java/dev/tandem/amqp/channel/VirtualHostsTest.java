package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.admin.AmqpAdmin.QueueView;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.catalog.Definition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VirtualHostsTest extends BrokerTest {
    private Connection shopConnection;
    private Channel shop;

    @Override
    @BeforeEach
    protected void start() throws Exception {
        super.start();
        makeShop();
        enterShop();
    }

    private void makeShop() {
        broker.admin().access().putVhost("shop").join();
        broker.permit("guest", "shop", ".*", ".*", ".*");
    }

    private void enterShop() throws Exception {
        shopConnection = broker.connect("guest", "guest", "shop");
        shop = shopConnection.createChannel();
    }

    @Test
    void sharesNothingUnderTheSameNames() throws Exception {
        // given
        for (Channel each : new Channel[] {channel, shop}) {
            each.exchangeDeclare("x", "fanout", true);
            each.queueDeclare("q", true, false, false, null);
            each.queueDeclare("other", false, false, false, null);
        }
        shop.queueBind("q", "x", "");

        // when
        publish("", "q", "to the default one");
        publish("x", "", "nowhere");
        shop.confirmSelect();
        shop.basicPublish("x", "", MessageProperties.PERSISTENT_TEXT_PLAIN, bytes("to the shop"));
        shop.basicPublish("", "other", null, bytes("also"));
        shop.waitForConfirmsOrDie(60_000);

        // then
        assertThat(shop.basicGet("q", true).getBody()).isEqualTo(bytes("to the shop"));
        assertThat(shop.basicGet("q", true)).isNull();
        assertThat(drain("q")).containsExactly("to the default one");
        assertThat(drain("other")).isEmpty();
        shop.queueDelete("q");
        assertThat(channel.queueDeclarePassive("q").getMessageCount()).isZero();
    }

    @Test
    void bringsTheMessagesOfEachBackAfterARestart() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        shop.queueDeclare("q", true, false, false, null);
        shop.confirmSelect();
        shop.basicPublish("", "q", MessageProperties.PERSISTENT_TEXT_PLAIN, bytes("kept"));
        shop.waitForConfirmsOrDie(60_000);

        // when
        restart();

        // then
        assertThat(broker.admin().access().vhosts()).containsExactly("/", "shop");
        assertThat(shop.basicGet("q", true).getBody()).isEqualTo(bytes("kept"));
        assertThat(drain("q")).isEmpty();
    }

    @Test
    void refusesAVirtualHostThatIsNotThere() {
        assertThatThrownBy(() -> broker.connect("guest", "guest", "nowhere"))
                .hasStackTraceContaining("reply-code=530")
                .hasStackTraceContaining("NOT_ALLOWED - vhost nowhere not found");
    }

    @Test
    void refusesAVirtualHostToAUserWithoutPermissionsThere() {
        // given
        broker.addUser("u");

        // when // then
        assertThatThrownBy(() -> broker.connect("u", "u", "shop"))
                .hasStackTraceContaining("reply-code=530")
                .hasStackTraceContaining("NOT_ALLOWED - access to vhost 'shop' refused for user 'u'");
    }

    @Test
    void takesEverythingAlongWhenItIsDeleted() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        shop.exchangeDeclare("x", "fanout", true);
        shop.queueDeclare("q", true, false, false, Map.of("x-max-priority", 3, "x-dead-letter-exchange", "x"));
        shop.queueDeclare("quorum", true, false, false, Map.of("x-queue-type", "quorum"));
        shop.queueDeclare("mine", false, true, true, null);
        shop.queueBind("q", "x", "");
        shop.queueBind("mine", "x", "");
        shop.confirmSelect();
        shop.basicPublish("x", "", MessageProperties.PERSISTENT_TEXT_PLAIN, bytes("m"));
        shop.waitForConfirmsOrDie(60_000);

        List<Long> logs = logsOfShop();
        assertThat(logs).hasSize(6);

        // when
        assertThat(broker.admin().access().deleteVhost("shop").join()).isTrue();

        // then
        assertThat(logs).allSatisfy(log -> assertThat(broker.storage().log(log))
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(StorageException.NotFound.class));
        await().until(() -> !shopConnection.isOpen());
        assertThat(shopConnection.getCloseReason().getReason())
                .isInstanceOfSatisfying(AMQP.Connection.Close.class, close -> {
                    assertThat(close.getReplyCode()).isEqualTo(320);
                    assertThat(close.getReplyText()).isEqualTo("CONNECTION_FORCED - vhost 'shop' is deleted");
                });
        assertThat(connection.isOpen()).isTrue();
        assertThat(broker.admin().access().deleteVhost("shop").join()).isFalse();
        assertThat(broker.admin().access().permissions()).extracting("vhost").containsExactly("/");
        assertThat(broker.admin().queues()).extracting(QueueView::vhost).containsExactly("/");
        assertThat(broker.storage().catalog().all(Definition.Binding.class)).isEmpty();
        assertThat(broker.storage().catalog().all(Definition.Exchange.class)).isEmpty();
        assertThatThrownBy(() -> broker.connect("guest", "guest", "shop"))
                .hasStackTraceContaining("vhost shop not found");

        // when
        makeShop();
        enterShop();

        // then
        assertThat(shop.queueDeclare("q", true, false, false, null).getMessageCount())
                .isZero();
        assertThat(shop.basicGet("q", true)).isNull();
    }

    private List<Long> logsOfShop() {
        return broker.storage().catalog().all(Definition.Queue.class).stream()
                .filter(queue -> queue.vhost().equals("shop"))
                .flatMap(queue -> LongStream.range(queue.logId(), queue.logId() + queue.logCount())
                        .boxed())
                .toList();
    }

    @Test
    void closesConnectionsThatComeInWhileItIsDeleted() throws Exception {
        for (int round = 0; round < 10; round++) {
            // given
            var deletion = broker.admin().access().deleteVhost("shop");

            // when
            try {
                Connection late = broker.connect("guest", "guest", "shop");
                // then
                await().until(() -> !late.isOpen());
            } catch (java.io.IOException refused) {
                assertThat(refused).hasStackTraceContaining("not found");
            }
            assertThat(deletion.join()).isTrue();
            makeShop();
        }
    }
}
