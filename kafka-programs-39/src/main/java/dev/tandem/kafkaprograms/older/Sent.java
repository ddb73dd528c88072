package dev.tandem.kafkaprograms.older;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A record as it is sent, and as it has to be when it comes back; bytes stand as ISO 8859-1 text, to be compared. */
record Sent(Optional<String> key, Optional<String> value, List<String> headers) {
    private static final int LARGE = 8_000_000;

    /** Keys, values and headers of any script, empty ones, ones that are null, and a record of a third of a megabyte. */
    static List<Sent> ofEveryKind() {
        return List.of(
                of("plain", "value", "h=1"),
                of("schlüssel", "grüße 🐫", "ü=é"),
                new Sent(Optional.empty(), Optional.of("no key"), List.of()),
                new Sent(Optional.of("tombstone"), Optional.empty(), List.of()),
                of("empty", "", "h="),
                of("big", "x".repeat(300_000)));
    }

    /** Eight megabytes that do not compress. */
    static Sent large() {
        byte[] bytes = new byte[LARGE];
        new Random(8).nextBytes(bytes);
        return new Sent(Optional.of("large"), Optional.of(text(bytes)), List.of());
    }

    private static Sent of(String key, String value, String... headers) {
        return new Sent(Optional.of(utf8(key)), Optional.of(utf8(value)), List.of(headers));
    }

    static Sent of(ConsumerRecord<byte[], byte[]> record) {
        List<String> headers = StreamSupport.stream(record.headers().spliterator(), false)
                .map(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
                .toList();
        return new Sent(
                Optional.ofNullable(record.key()).map(Sent::text),
                Optional.ofNullable(record.value()).map(Sent::text),
                headers);
    }

    ProducerRecord<byte[], byte[]> to(String topic) {
        var record = new ProducerRecord<>(
                topic, key.map(Sent::bytes).orElse(null), value.map(Sent::bytes).orElse(null));
        for (String header : headers) {
            int equals = header.indexOf('=');
            record.headers()
                    .add(
                            header.substring(0, equals),
                            header.substring(equals + 1).getBytes(StandardCharsets.UTF_8));
        }
        return record;
    }

    private static String utf8(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
