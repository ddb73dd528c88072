/**
 * What {@link java.util.concurrent.CompletableFuture} lacks.
 *
 * <p>Threads: none of its own; results come on the thread that completes the last part.
 */
@NullMarked
package dev.tandem.kafka.future;

import org.jspecify.annotations.NullMarked;
