package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.KafkaSocket;
import dev.tandem.it.fixture.PortMapping;
import dev.tandem.it.fixture.Ports;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where clients are told to find the broker. */
class AdvertisedAddressIT {
    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";

    @TempDir
    private Path dataDir;

    @Test
    void isTheLoopbackAddressThatTheClientCameTo() throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            assertTold(broker, IPV4, IPV4);
            if (hasIpv6()) {
                assertTold(broker, IPV6, IPV6);
            }
        }
    }

    /** One socket for both families must not turn IPv4 clients into IPv6 ones. */
    @Test
    void isTheAddressThatTheClientCameToAlsoWhereTheBrokerListensOnAll() throws Exception {
        try (var broker = BrokerProcess.start(dataDir, "512m", List.of("bind=" + (hasIpv6() ? "::" : "0.0.0.0")))) {
            assertTold(broker, IPV4, IPV4);
            Optional<String> network = networkAddress();
            if (network.isPresent()) {
                assertTold(broker, network.get(), network.get());
            }
            if (hasIpv6()) {
                assertTold(broker, IPV6, IPV6);
            }
        }
    }

    @Test
    void isWhatIsConfiguredWhoeverAsks() throws Exception {
        try (var broker = BrokerProcess.start(
                dataDir, "512m", List.of("bind=0.0.0.0", "kafka.advertised=broker.example.com:19092"))) {
            for (String address : List.of(IPV4, networkAddress().orElse(IPV4))) {
                assertTold(broker, address, "broker.example.com", 19_092);
            }
            assertThat(broker.printed()).contains("told to connect to broker.example.com:19092");
        }
    }

    @Test
    void letsClientsInThroughAPortMapping() throws Exception {
        // given
        int mappedPort = Ports.free();
        String mapped = IPV4 + ":" + mappedPort;
        try (var broker = BrokerProcess.start(dataDir, "512m", List.of("kafka.advertised=" + mapped));
                var mapping = new PortMapping(mappedPort, port(broker))) {
            var kafka = new KafkaFixture(mapped);

            // when
            String topic = kafka.createTopic(1);
            kafka.produce(topic, 0, "a");

            // then
            try (var consumer = kafka.consumer(topic + "-group");
                    var admin = kafka.admin()) {
                consumer.subscribe(List.of(topic));
                assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 1))).containsExactly("a");
                assertThat(KafkaFixture.get(admin.describeCluster().nodes()))
                        .extracting(node -> node.host() + ":" + node.port())
                        .containsExactly(mapped);
                assertThat(mapping.connections()).isGreaterThanOrEqualTo(4);
            }
        }
    }

    private static void assertTold(BrokerProcess broker, String address, String host) throws IOException {
        assertTold(broker, address, host, port(broker));
    }

    /** All answers that name the broker name it alike. */
    private static void assertTold(BrokerProcess broker, String address, String host, int port) throws IOException {
        try (var socket = new KafkaSocket(address + ":" + port(broker))) {
            socket.send(ApiKeys.METADATA, 12, new MetadataRequestData().setTopics(List.of()));
            var metadata = socket.receive(MetadataResponseData.class, ApiKeys.METADATA, 12);
            socket.send(ApiKeys.DESCRIBE_CLUSTER, 1, new DescribeClusterRequestData());
            var cluster = socket.receive(DescribeClusterResponseData.class, ApiKeys.DESCRIBE_CLUSTER, 1);
            socket.send(ApiKeys.FIND_COORDINATOR, 4, new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g")));
            var coordinator = socket.receive(FindCoordinatorResponseData.class, ApiKeys.FIND_COORDINATOR, 4);

            assertThat(metadata.brokers()).singleElement().satisfies(node -> {
                assertThat(node.host()).isEqualTo(host);
                assertThat(node.port()).isEqualTo(port);
            });
            assertThat(cluster.brokers()).singleElement().satisfies(node -> {
                assertThat(node.host()).isEqualTo(host);
                assertThat(node.port()).isEqualTo(port);
            });
            assertThat(coordinator.coordinators()).singleElement().satisfies(node -> {
                assertThat(node.host()).isEqualTo(host);
                assertThat(node.port()).isEqualTo(port);
            });
        }
    }

    private static int port(BrokerProcess broker) {
        String bootstrap = broker.kafkaBootstrap();
        return Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
    }

    private static boolean hasIpv6() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(IPV6))) {
            return socket.isBound();
        } catch (IOException off) {
            return false;
        }
    }

    private static Optional<String> networkAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
    }
}
