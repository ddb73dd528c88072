package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.UnpackedRecord;
import dev.tandem.storage.record.UnpackedRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordMessagesTest {
    private static final Slice VALUE = bytes("value");

    private final RecordMessages messages = new RecordMessages("topic", 3);

    @Test
    void aMessageStandsAtItsPartitionAndOffset() {
        // when
        var message = messages.of(new UnpackedRecord((1L << 40) + 7, 5_000, null, VALUE, List.of()));

        // then
        assertThat(Position.partition(message.offset())).isEqualTo(3);
        assertThat(Position.offset(message.offset())).isEqualTo((1L << 40) + 7);
        assertThat(message.routingKey()).isEqualTo(bytes("topic"));
        assertThat(message.body()).isEqualTo(VALUE);
        assertThat(ContentProperties.parse(message.properties()).timestamp()).isEqualTo(5);
    }

    @Test
    void aRecordWithoutKeyAndTimestampHasNeither() {
        // when
        var message = messages.of(new UnpackedRecord(0, -1, null, VALUE, List.of()));

        // then
        var properties = ContentProperties.parse(message.properties());
        assertThat(properties.timestamp()).isZero();
        assertThat(properties.headers().entries()).containsOnlyKeys("x-kafka-partition", "x-kafka-offset");
    }

    @Test
    void aHeaderWithoutAValueIsVoid() {
        assertThat(headers(null, new Header("none", null)).toJava()).containsEntry("none", null);
    }

    @Test
    void whatWouldNotFitAFrameIsLeftOutAndSaidSo() {
        // when
        var headers = headers(
                Slice.of(new byte[1 << 20]),
                new Header("small", VALUE),
                new Header("large", Slice.of(new byte[200 << 10])),
                new Header("x".repeat(256), VALUE),
                new Header("x-kafka-offset", VALUE));

        // then
        assertThat(headers.entries())
                .containsOnlyKeys(
                        "small",
                        "x-kafka-partition",
                        "x-kafka-offset",
                        "x-kafka-headers-left-out",
                        "x-kafka-timestamp");
        assertThat(headers.toJava()).containsEntry("x-kafka-offset", 0L);
    }

    private FieldTable headers(@Nullable Slice key, Header... headers) {
        var message = messages.of(new UnpackedRecord(0, 0, key, VALUE, List.of(headers)));
        return ContentProperties.parse(message.properties()).headers();
    }

    private static Slice bytes(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
