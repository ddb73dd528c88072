package dev.tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerTest {
    private static final List<String> BOTH_LOOPBACKS = List.of("127.0.0.1", "::1");

    private Vertx vertx;

    @BeforeEach
    void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stopVertx() throws Exception {
        join(vertx.close());
    }

    @Test
    void bindsTheSameFreePortOnBothLoopbackAddresses() throws Exception {
        assumeTrue(hasIpv6Loopback(), "no IPv6 on this machine");

        // when
        Listener listener = join(Listener.bind(vertx, "kafka", BOTH_LOOPBACKS, 0, 2, NetSocket::close));

        // then
        assertThat(listener.port()).isPositive();
        assertAccepts("127.0.0.1", listener.port());
        assertAccepts("::1", listener.port());
    }

    @Test
    void spreadsConnectionsOverItsEventLoops() throws Exception {
        // given
        Set<Thread> loops = ConcurrentHashMap.newKeySet();
        Listener listener = join(
                Listener.bind(vertx, "kafka", List.of("127.0.0.1"), 0, 2, socket -> loops.add(Thread.currentThread())));

        // when
        for (int connection = 0; connection < 4; connection++) {
            assertAccepts("127.0.0.1", listener.port());
        }

        // then
        await().untilAsserted(() -> assertThat(loops).hasSize(2));
    }

    @Test
    void givesEachListenerItsOwnFreePort() throws Exception {
        // given
        Listener kafka = join(Listener.bind(vertx, "kafka", List.of("127.0.0.1"), 0, 2, NetSocket::close));

        // when
        Listener amqp = join(Listener.bind(vertx, "amqp", List.of("127.0.0.1"), 0, 2, NetSocket::close));

        // then
        assertThat(amqp.port()).isNotEqualTo(kafka.port());
    }

    @Test
    void saysThatAnotherProgramListensOnThePort() throws Exception {
        // given
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int taken = other.getLocalPort();

            // when
            var binding = Listener.bind(vertx, "amqp", BOTH_LOOPBACKS, taken, 1, NetSocket::close);

            // then
            assertThatThrownBy(() -> join(binding))
                    .isInstanceOf(ListenException.class)
                    .hasMessage("cannot listen for amqp on 127.0.0.1 port " + taken + ": another program listens on it;"
                            + " stop that program or choose another port with --amqp-port");
        }
    }

    @Test
    void releasesTheFirstAddressWhenTheSecondIsTaken() throws Exception {
        assumeTrue(hasIpv6Loopback(), "no IPv6 on this machine");

        // given
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            int taken = other.getLocalPort();

            // when
            var binding = Listener.bind(vertx, "http", BOTH_LOOPBACKS, taken, 1, NetSocket::close);

            // then
            assertThatThrownBy(() -> join(binding)).hasMessageContaining("on ::1 port " + taken);
            assertRefuses(taken);
        }
    }

    @Test
    void namesAnAddressThatIsNotOfThisMachine() {
        // when
        var binding = Listener.bind(vertx, "kafka", List.of("192.0.2.1"), 0, 1, NetSocket::close);

        // then
        assertThatThrownBy(() -> join(binding))
                .isInstanceOf(ListenException.class)
                .hasMessageStartingWith("cannot listen for kafka on 192.0.2.1 port 0: ");
    }

    @Test
    void refusesConnectionsOnceClosed() throws Exception {
        // given
        Listener listener = join(Listener.bind(vertx, "kafka", List.of("127.0.0.1"), 0, 2, NetSocket::close));

        // when
        join(listener.close());

        // then
        assertRefuses(listener.port());
    }

    private static boolean hasIpv6Loopback() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    }

    private static void assertAccepts(String host, int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 10_000);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    /** The JDK frees a closed listening socket in the next turn of its selector, so this may take a moment. */
    private static void assertRefuses(int port) {
        await().untilAsserted(() ->
                assertThatThrownBy(() -> assertAccepts("127.0.0.1", port)).isInstanceOf(ConnectException.class));
    }

    private static <T> T join(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
