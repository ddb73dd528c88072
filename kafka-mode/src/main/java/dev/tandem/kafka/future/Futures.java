package dev.tandem.kafka.future;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Several futures as one. */
public final class Futures {
    private Futures() {}

    /** All results in the order of their futures, once the last is there; fails when one does. */
    public static <T> CompletableFuture<List<T>> allOf(List<CompletableFuture<T>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
    }
}
