package dev.tandem.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class MessageRecordTest {
    @Property
    void aMessageReadBackIsByteEqual(
            @ForAll boolean persistent,
            @ForAll long expiresAt,
            @ForAll @Size(max = 255) byte[] exchange,
            @ForAll @Size(max = 255) byte[] routingKey,
            @ForAll byte[] properties,
            @ForAll @Size(max = 20_000) byte[] body) {
        // when
        var tail = MessageRecord.encode(
                persistent, expiresAt, Slice.of(exchange), Slice.of(routingKey), Slice.of(properties), Slice.of(body));
        var message = MessageView.read(tail, 42, 1234);

        // then
        assertThat(message.offset()).isEqualTo(42);
        assertThat(message.timestampMillis()).isEqualTo(1234);
        assertThat(message.isPersistent()).isEqualTo(persistent);
        assertThat(message.expiresAtMillis()).isEqualTo(expiresAt);
        assertThat(message.exchange()).isEqualTo(Slice.of(exchange));
        assertThat(message.routingKey()).isEqualTo(Slice.of(routingKey));
        assertThat(message.properties()).isEqualTo(Slice.of(properties));
        assertThat(message.body()).isEqualTo(Slice.of(body));
    }

    @Example
    void keepsWhatItIsWhenABodyMovesIntoIt() {
        // given
        Slice properties = Slice.of(new byte[] {0, 0});
        Slice body = Slice.of(new byte[] {1, 2, 3});
        var deadLetter = MessageView.read(
                MessageRecord.encodeDeadLetter(true, 77, Slice.EMPTY, Slice.EMPTY, properties, body), 0, 0);
        var plain = MessageView.read(
                MessageRecord.encode(false, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, properties, body), 0, 0);

        // then
        assertThat(deadLetter.isDeadLetter()).isTrue();
        assertThat(plain.isDeadLetter()).isFalse();
        assertThat(MessageRecord.inline(deadLetter)).isEqualTo(deadLetter.encoded());
        assertThat(MessageRecord.inline(plain)).isEqualTo(plain.encoded());
    }

    @Example
    void copiesPartsThatAreSlicesOfLargerArrays() {
        // given
        byte[] frame = "..exchange.key.props.body..".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

        // when
        var tail = MessageRecord.encode(
                true,
                Long.MAX_VALUE,
                Slice.of(frame, 2, 8),
                Slice.of(frame, 11, 3),
                Slice.of(frame, 15, 5),
                Slice.of(frame, 21, 4));
        java.util.Arrays.fill(frame, (byte) 0);
        var message = MessageView.read(tail, 0, 0);

        // then
        assertThat(message.exchange().toByteArray()).asString().isEqualTo("exchange");
        assertThat(message.routingKey().toByteArray()).asString().isEqualTo("key");
        assertThat(message.properties().toByteArray()).asString().isEqualTo("props");
        assertThat(message.body().toByteArray()).asString().isEqualTo("body");
    }

    @Example
    void refusesNamesThatExceedTheirLengthByte() {
        assertThatThrownBy(() ->
                        MessageRecord.encode(true, 0, Slice.of(new byte[256]), Slice.EMPTY, Slice.EMPTY, Slice.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256");
    }

    @Property
    void aSharedBodyIsReferredToByTheSameBytesWhateverElseTheRecordHolds(
            @ForAll boolean persistent,
            @ForAll boolean expires,
            @ForAll @Size(max = 255) byte[] exchange,
            @ForAll @Size(max = 2_000) byte[] properties,
            @ForAll @Size(max = 100) byte[] body,
            @ForAll @LongRange(min = 0) long id) {
        // given
        var reference = BodyReference.to(Slice.of(body));
        long expiresAt = expires ? 1_000 : Long.MAX_VALUE;
        var tail = MessageRecord.encodeShared(
                persistent, expiresAt, Slice.of(exchange), Slice.EMPTY, Slice.of(properties), reference);

        // when
        MessageRecord.putBodyId(tail.array(), tail.offset(), id);
        var message = MessageView.read(tail, 42, 1234);

        // then
        var stored = new BodyReference(id, reference.length(), reference.crc());
        assertThat(MessageRecord.bodyOf(tail)).isEqualTo(stored);
        assertThat(message.sharedBody()).isEqualTo(stored);
        assertThat(message.bodyLength()).isEqualTo(body.length);
        assertThat(message.hasBody()).isFalse();
        assertThatThrownBy(message::body)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("body " + id);
        assertThat(message.isPersistent()).isEqualTo(persistent);
        assertThat(message.expiresAtMillis()).isEqualTo(expiresAt);
        assertThat(message.exchange()).isEqualTo(Slice.of(exchange));
        assertThat(message.properties()).isEqualTo(Slice.of(properties));
        assertThat(stored.matches(Slice.of(body))).isTrue();
        assertThat(stored.matches(Slice.of(new byte[body.length + 1]))).isFalse();
    }

    @Property
    void anyBytesAreAMessageOrCorruptData(@ForAll byte[] bytes) {
        readsOrRefuses(Slice.of(bytes));
    }

    @Property
    void aDamagedMessageIsAMessageOrCorruptData(
            @ForAll @Size(max = 40) byte[] body, @ForAll @IntRange(max = 100) int at, @ForAll byte damage) {
        byte[] tail = MessageRecord.encode(
                        true, 5, Slice.of(new byte[3]), Slice.of(new byte[4]), Slice.EMPTY, Slice.of(body))
                .toByteArray();
        tail[at % tail.length] = damage;
        readsOrRefuses(Slice.of(tail));
    }

    @Property
    void aMessageCutShortIsCorruptDataOrHasShorterProperties(@ForAll @IntRange(max = 30) int cut) {
        var tail = MessageRecord.encode(
                true, 5, Slice.of(new byte[3]), Slice.of(new byte[4]), Slice.of(new byte[2]), Slice.of(new byte[9]));
        var shortened = tail.slice(0, Math.max(0, tail.length() - 1 - cut));
        assertThatThrownBy(() -> MessageView.read(shortened, 0, 0)).isInstanceOf(CorruptData.class);
    }

    private static void readsOrRefuses(Slice tail) {
        try {
            var message = MessageView.read(tail, 0, 0);
            if (message.hasBody()) {
                assertThat(message.body().length()).isLessThanOrEqualTo(tail.length());
            }
        } catch (CorruptData expected) {
            assertThat(expected).hasNoCause();
        }
    }
}
