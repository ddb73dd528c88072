package dev.tandem.amqp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import dev.tandem.storage.record.Slice;
import java.io.IOException;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Content properties as the Java client writes them, and as nobody should. */
class ContentPropertiesTest {

    @Test
    void replacesHeadersAndLosesTheExpirationAlone() throws IOException {
        // given
        var full = new AMQP.BasicProperties(
                "type/a",
                "gzip",
                Map.of("h", 1),
                2,
                7,
                "corr",
                "reply",
                "1000",
                "id",
                new Date(9000),
                "t",
                "user",
                "app",
                "cluster");
        FieldTable other = FieldTable.builder().put("other", true).build();

        // when
        var changed = ContentProperties.parse(encode(full)).withHeaders(other).withoutExpiration();

        // then
        var expected =
                full.builder().headers(Map.of("other", true)).expiration(null).build();
        assertThat(changed.bytes()).isEqualTo(encode(expected));
    }

    @Test
    void addsHeadersToPropertiesWithoutAny() throws IOException {
        // given
        var plain = new AMQP.BasicProperties.Builder()
                .contentType("type/a")
                .priority(3)
                .build();
        FieldTable headers = FieldTable.builder().put("h", true).build();

        // when
        var changed =
                ContentProperties.parse(encode(plain)).withHeaders(headers).withoutExpiration();

        // then
        assertThat(changed.bytes())
                .isEqualTo(encode(plain.builder().headers(Map.of("h", true)).build()));
        assertThat(ContentProperties.EMPTY.withHeaders(headers).headers()).isEqualTo(headers);
    }

    @Test
    void readsEveryPropertyThatTheJavaClientWrites() throws IOException {
        // given
        var written = encode(new AMQP.BasicProperties(
                "type/a",
                "gzip",
                Map.of("h", 1),
                2,
                7,
                "corr",
                "reply",
                "1000",
                "id",
                new Date(9000),
                "t",
                "user",
                "app",
                "cluster"));

        // when
        var properties = ContentProperties.parse(written);

        // then
        assertThat(properties.contentType()).contains("type/a");
        assertThat(properties.contentEncoding()).contains("gzip");
        assertThat(properties.headers().toJava()).isEqualTo(Map.of("h", 1L));
        assertThat(properties.isPersistent()).isTrue();
        assertThat(properties.hasPriority()).isTrue();
        assertThat(properties.priority()).isEqualTo(7);
        assertThat(properties.correlationId()).contains("corr");
        assertThat(properties.replyTo()).contains("reply");
        assertThat(properties.expiration()).contains("1000");
        assertThat(properties.messageId()).contains("id");
        assertThat(properties.timestamp()).isEqualTo(9);
        assertThat(properties.type()).contains("t");
        assertThat(properties.userId()).contains("user");
        assertThat(properties.appId()).contains("app");
        assertThat(properties.clusterId()).contains("cluster");
        assertThat(properties.bytes()).isEqualTo(written);
    }

    @Test
    void hasNothingWhereNothingWasSet() throws IOException {
        // when
        var properties = ContentProperties.parse(encode(new AMQP.BasicProperties.Builder().build()));

        // then
        assertThat(properties.contentType()).isEmpty();
        assertThat(properties.headers()).isEqualTo(FieldTable.EMPTY);
        assertThat(properties.deliveryMode()).isZero();
        assertThat(properties.hasPriority()).isFalse();
        assertThat(properties.timestamp()).isZero();
        assertThat(properties).usingRecursiveComparison().isEqualTo(ContentProperties.EMPTY);
    }

    @Test
    void refusesFurtherFlagsAndWhatIsLeftOver() {
        // when // then
        assertThatThrownBy(() -> ContentProperties.parse(Slice.of(new byte[] {0, 1, 0, 0})))
                .isInstanceOf(WireException.class)
                .hasMessage("unknown content property flags 1");
        assertThatThrownBy(() -> ContentProperties.parse(Slice.of(new byte[] {0, 0, 7})))
                .isInstanceOf(WireException.class)
                .hasMessage("content properties take 2 bytes of 3");
    }

    @Test
    void replacesOrAddsAProperty() throws IOException {
        // given
        var headers = FieldTable.builder().put("other", "value").build();
        var some =
                new AMQP.BasicProperties.Builder().contentType("c").priority(3).messageId("m");
        var all = some.headers(Map.of("h", 1)).replyTo("a longer address");

        // when
        var added = ContentProperties.parse(encode(new AMQP.BasicProperties.Builder()
                        .contentType("c")
                        .priority(3)
                        .messageId("m")
                        .build()))
                .withReplyTo("r")
                .withHeaders(headers);
        var replaced =
                ContentProperties.parse(encode(all.build())).withReplyTo("r").withHeaders(headers);

        // then
        assertThat(replaced.bytes())
                .isEqualTo(added.bytes())
                .isEqualTo(encode(
                        some.headers(Map.of("other", "value")).replyTo("r").build()));
    }

    @Property(tries = 500)
    void neverFailsButWithAWireException(@ForAll("bytes") Slice bytes) {
        // when // then
        try {
            assertThat(ContentProperties.parse(bytes).headers().toJava()).isNotNull();
        } catch (WireException e) {
            assertThat(e.kind()).isEqualTo(WireException.Kind.SYNTAX_ERROR);
        }
    }

    @Provide
    Arbitrary<Slice> bytes() {
        return Tables.slices(60);
    }

    private static Slice encode(AMQP.BasicProperties properties) throws IOException {
        byte[] header = properties.toFrame(1, 0).getPayload();
        // Class, weight and body size come first.
        return Slice.of(Arrays.copyOfRange(header, 12, header.length));
    }
}
