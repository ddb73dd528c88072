package dev.tandem.kafka.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tandem.kafka.KafkaConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindCoordinatorHandlerTest {
    private final FindCoordinatorHandler handler = new FindCoordinatorHandler(KafkaConfig.defaults());

    @ParameterizedTest
    @ValueSource(shorts = {0, 1, 2, 3})
    void sendsOneGroupToThisBroker(short version) {
        // when
        var response = find(version, new FindCoordinatorRequestData().setKey("g"));

        // then
        assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.NONE);
        assertThat(response.nodeId()).isEqualTo(1);
        assertThat(response.host()).isEqualTo("127.0.0.1");
        assertThat(response.port()).isEqualTo(9092);
    }

    @ParameterizedTest
    @ValueSource(shorts = {4, 5, 6})
    void sendsEveryGroupOfABatchToThisBroker(short version) {
        // when
        var response = find(version, new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g", "h")));

        // then
        assertThat(response.coordinators())
                .extracting(found -> found.key(), found -> found.port(), found -> Errors.forCode(found.errorCode()))
                .containsExactly(tuple("g", 9092, Errors.NONE), tuple("h", 9092, Errors.NONE));
    }

    @ParameterizedTest
    @ValueSource(shorts = {1, 3})
    void refusesToCoordinateATransactionForGood(short version) {
        // when
        var response = find(
                version, new FindCoordinatorRequestData().setKey("tx").setKeyType(CoordinatorType.TRANSACTION.id()));

        // then
        var error = Errors.forCode(response.errorCode());
        assertThat(error).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(error.exception()).isNotInstanceOf(org.apache.kafka.common.errors.RetriableException.class);
        assertThat(response.errorMessage()).contains("transactions");
    }

    @ParameterizedTest
    @ValueSource(bytes = {2, 9})
    void refusesKeyTypesItDoesNotKnow(byte keyType) {
        // when
        var response = find(
                (short) 6,
                new FindCoordinatorRequestData()
                        .setCoordinatorKeys(List.of("k"))
                        .setKeyType(keyType));

        // then
        assertThat(response.coordinators()).singleElement().satisfies(found -> assertThat(
                        Errors.forCode(found.errorCode()))
                .isEqualTo(Errors.INVALID_REQUEST));
    }

    private FindCoordinatorResponseData find(short version, FindCoordinatorRequestData request) {
        var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092);
        var context = new RequestContext(version, "client", local, local, Runnable::run);
        var response = handler.handle(context, request).toCompletableFuture().join();
        MessageUtil.toByteBufferAccessor(response, version);
        return response;
    }
}
