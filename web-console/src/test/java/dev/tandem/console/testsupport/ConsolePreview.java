package dev.tandem.console.testsupport;

import dev.tandem.console.ConsoleConfig;
import java.util.concurrent.TimeUnit;

/** The console over fakes with traffic, for looking at pages: {@code ConsolePreview PORT SECONDS [empty|many]}. */
public final class ConsolePreview {
    private ConsolePreview() {}

    public static void main(String[] args) throws InterruptedException {
        String mode = args.length > 2 ? args[2] : "";
        try (var console = new ConsoleFixture(ConsoleConfig.defaults().withPort(Integer.parseInt(args[0])))) {
            if (!mode.equals("empty")) {
                fill(console, mode.equals("many") ? 10_000 : 0);
            }
            long end = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
            for (int step = 0; System.nanoTime() < end; step++) {
                if (!mode.equals("empty")) {
                    console.kafka.produce("orders", 4_000 + (long) (1_500 * Math.sin(step / 9.0)));
                    console.kafka.produce("clicks", 300);
                    long in = 2_600 + (long) (900 * Math.cos(step / 7.0));
                    console.amqp.publish("invoices", in, in - step % 3);
                    console.amqp.publish("emails", 120, 118);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private static void fill(ConsoleFixture console, int many) {
        console.kafka.topic("orders", 6, 120_000).topic("clicks", 3, 9_000).topic("payments", 1, 512);
        console.kafka.topic("<img src=x onerror=alert(1)>", 1, 3);
        console.kafka.group("billing", "orders", 119_000, 120_000).group("analytics", "clicks", 9_000, 9_000);
        console.kafka.connection("k1", "order-service").connection("k2", "rdkafka");
        console.amqp
                .exchange("", "direct", 0)
                .exchange("amq.direct", "direct", 0)
                .exchange("billing", "topic", 17);
        console.amqp.queue("invoices", 40, 12, 3).queue("emails", 2_000, 0, 0).queue("audit", 0, 0, 1);
        console.amqp.binding("billing", "invoices", "invoice.#").binding("billing", "audit", "#");
        console.amqp.connection("127.0.0.1:50112 -> 127.0.0.1:5672", "billing-worker");
        console.amqp.dropped("no binding of exchange 'billing' in vhost '/' matches", 17);
        for (int i = 0; i < many; i++) {
            console.kafka.topic("topic-" + i, 1, i).group("group-" + i, "topic-" + i, i / 2, i);
            console.amqp.queue("queue-" + i, i, 0, 0);
        }
    }
}
