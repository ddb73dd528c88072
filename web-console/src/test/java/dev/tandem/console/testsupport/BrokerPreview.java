package dev.tandem.console.testsupport;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A whole broker to look at: {@code BrokerPreview DATA-DIR CONSOLE-PORT SECONDS}. */
public final class BrokerPreview {
    private BrokerPreview() {}

    public static void main(String[] args) throws InterruptedException {
        try (var broker = new BrokerFixture(Path.of(args[0]), Integer.parseInt(args[1]))) {
            System.out.println(broker.addresses() + " " + broker.consoleUri());
            new CountDownLatch(1).await(Long.parseLong(args[2]), TimeUnit.SECONDS);
        }
    }
}
