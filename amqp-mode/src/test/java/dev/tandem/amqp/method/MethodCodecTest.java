package dev.tandem.amqp.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.amqp.wire.Tables;
import dev.tandem.amqp.wire.WireException;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Every method: round trips, hostile bytes, and agreement with the Java client's codec. */
class MethodCodecTest {

    @Property(tries = 2000)
    void readsWhatItWrote(@ForAll("methods") Method method) {
        // given
        ByteBuf payload = encode(method);

        // when
        var read = MethodCodec.read(payload, payload.readableBytes());

        // then
        assertThat(read).isEqualTo(method);
        assertThat(payload.isReadable()).isFalse();
    }

    @Property(tries = 1000)
    void writesWhatTheJavaClientReads(@ForAll("methods") Method method) throws Exception {
        // given
        var frame = new com.rabbitmq.client.impl.Frame(1, 1, ByteBufUtil.getBytes(encode(method)));

        // when
        var read = com.rabbitmq.client.impl.AMQImpl.readMethodFrom(frame.getInputStream());

        // then
        assertThat(read.protocolClassId()).isEqualTo(method.classId());
        assertThat(read.protocolMethodId()).isEqualTo(method.methodId());
        assertThat(read.protocolMethodName()).isEqualTo(method.name());
        assertThat(read.hasContent()).isEqualTo(method.hasContent());
    }

    @Property(tries = 2000)
    void neverFailsButWithAWireException(
            @ForAll("methods") Method method, @ForAll int cut, @ForAll int at, @ForAll byte octet) {
        // given
        byte[] bytes = ByteBufUtil.getBytes(encode(method));
        bytes[Math.floorMod(at, bytes.length)] = octet;
        int length = Math.floorMod(cut, bytes.length + 1);

        // when // then
        try {
            assertThat(MethodCodec.read(Unpooled.wrappedBuffer(bytes), length)).isNotNull();
        } catch (WireException e) {
            assertThat(e.explanation()).isNotEmpty();
        }
    }

    @Property(tries = 500)
    void refusesWhatIsLeftOver(@ForAll("methods") Method method, @ForAll byte octet) {
        // given
        ByteBuf payload = encode(method).writeByte(octet);

        // when // then
        assertThatThrownBy(() -> MethodCodec.read(payload, payload.readableBytes()))
                .isInstanceOfSatisfying(WireException.class, e -> {
                    assertThat(e.kind()).isEqualTo(WireException.Kind.FRAME_ERROR);
                    assertThat(e.explanation()).startsWith("cannot decode <<");
                    assertThat(e.classId()).isEqualTo(method.classId());
                    assertThat(e.methodId()).isEqualTo(method.methodId());
                });
    }

    @Property(tries = 500)
    void takesPublishesFromItsCacheOnlyWhenTheyAreEqual(@ForAll("publishes") List<BasicMethod.Publish> publishes) {
        // given
        var cache = new PublishCache();

        for (var publish : publishes) {
            // when
            ByteBuf payload = encode(publish);
            var read = cache.read(payload, payload.readableBytes());

            // then
            assertThat(read).isEqualTo(publish);
        }
    }

    @Test
    void givesAPublishThatRepeatsAsTheSameObject() {
        // given
        var cache = new PublishCache();
        var publish = new BasicMethod.Publish(ShortString.of("x"), ShortString.of("key"), false, false);
        ByteBuf payload = encode(publish);
        var first = cache.read(payload, payload.readableBytes());

        // when
        ByteBuf again = encode(publish);
        var second = cache.read(again, again.readableBytes());

        // then
        assertThat(second).isSameAs(first);
    }

    @Test
    void knowsEveryMethodOnce() {
        // when
        Map<String, Class<?>> byId = new LinkedHashMap<>();
        for (Class<?> group : Method.class.getPermittedSubclasses()) {
            for (Class<?> record : group.getPermittedSubclasses()) {
                var method = (Method) minimal(record).sample();
                byId.put(method.classId() + "," + method.methodId(), record);
                assertThat(method.name())
                        .startsWith(group.getSimpleName().replace("Method", "").toLowerCase(Locale.ROOT) + ".");
            }
        }

        // then
        assertThat(byId).hasSize(66);
    }

    @Provide
    Arbitrary<Method> methods() {
        return Arbitraries.oneOf(Arrays.stream(Method.class.getPermittedSubclasses())
                .flatMap(group -> Arrays.stream(group.getPermittedSubclasses()))
                .map(MethodCodecTest::minimal)
                .map(arbitrary -> arbitrary.map(Method.class::cast))
                .toList());
    }

    @Provide
    Arbitrary<List<BasicMethod.Publish>> publishes() {
        var names = Arbitraries.strings().alpha().ofMaxLength(3).map(ShortString::of);
        return Combinators.combine(names, names, Arbitraries.of(true, false))
                .as((exchange, key, mandatory) -> new BasicMethod.Publish(exchange, key, mandatory, false))
                .list()
                .ofMaxSize(60);
    }

    /** Any instance of a method's record. */
    private static Arbitrary<Object> minimal(Class<?> record) {
        RecordComponent[] components = record.getRecordComponents();
        List<Arbitrary<Object>> arguments = Arrays.stream(components)
                .map(component -> argument(component.getName(), component.getType()))
                .toList();
        return Combinators.combine(arguments).as(values -> {
            try {
                var types =
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
                var constructor = record.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(values.toArray());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Arbitrary<Object> argument(String name, Class<?> type) {
        if (type == boolean.class) {
            return Arbitraries.of(true, false).asGeneric();
        } else if (type == int.class) {
            return Arbitraries.integers()
                    .between(0, name.startsWith("version") ? 255 : 65_535)
                    .asGeneric();
        } else if (type == long.class) {
            return (name.equals("deliveryTag")
                            ? Arbitraries.longs()
                            : Arbitraries.longs().between(0, 0xFFFF_FFFFL))
                    .asGeneric();
        } else if (type == String.class) {
            return texts().asGeneric();
        } else if (type == ShortString.class) {
            return Tables.slices(255).map(ShortString::of).asGeneric();
        } else if (type == Slice.class) {
            return Tables.slices(500).asGeneric();
        } else if (type == FieldTable.class) {
            return Tables.any().asGeneric();
        }
        throw new IllegalArgumentException("no arguments of type " + type);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .ofMaxLength(80)
                .filter(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text)
                        && text.getBytes(StandardCharsets.UTF_8).length <= ShortString.MAX_LENGTH);
    }

    private static ByteBuf encode(Method method) {
        ByteBuf payload = Unpooled.buffer();
        MethodCodec.write(method, payload);
        return payload;
    }
}
