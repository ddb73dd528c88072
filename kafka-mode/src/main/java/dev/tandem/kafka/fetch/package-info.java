/**
 * Fetch sessions (KIP-227): a consumer of many partitions names them once, then hears only of those that changed.
 *
 * <p>{@link dev.tandem.kafka.fetch.FetchSessions} is the entry, for any thread; one session serves one fetch at a time.
 */
@NullMarked
package dev.tandem.kafka.fetch;

import org.jspecify.annotations.NullMarked;
