package dev.tandem.kafka.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

final class KafkaApiRegistryTest {
    @Test
    void listsEveryApiWithTheVersionsOfItsHandler() {
        // when
        var rows = new KafkaApiRegistry("c", List.of(new FetchUpToVersion5())).rows();
        // then
        assertThat(rows).hasSize(ApiKeys.clientApis().size());
        assertThat(rows)
                .filteredOn(KafkaApiRegistry.Row::served)
                .containsExactly(
                        new KafkaApiRegistry.Row((short) 1, "Fetch", true, (short) 4, (short) 5),
                        new KafkaApiRegistry.Row((short) 18, "ApiVersions", true, (short) 0, (short) 5));
    }

    @Test
    void refusesTwoHandlersOfOneApi() {
        List<ApiHandler<?, ?>> handlers = List.of(new FetchUpToVersion5(), new FetchUpToVersion5());
        assertThatThrownBy(() -> new KafkaApiRegistry("c", handlers)).hasMessageContaining("Fetch");
    }

    private static final class FetchUpToVersion5 implements ApiHandler<FetchRequestData, FetchResponseData> {
        @Override
        public ApiKeys key() {
            return ApiKeys.FETCH;
        }

        @Override
        public short maxVersion() {
            return 5;
        }

        @Override
        public CompletionStage<FetchResponseData> handle(RequestContext context, FetchRequestData request) {
            throw new UnsupportedOperationException();
        }
    }
}
