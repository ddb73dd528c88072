/**
 * Checks of produced batches before they are queued: {@link dev.tandem.kafka.record.BatchValidator}. What a client says
 * of its own records is not trusted. {@link dev.tandem.kafka.record.StoredRecords} is the way back.
 *
 * <p>Any thread; batches that unpack to more than 64 KiB never on an event loop.
 */
@NullMarked
package dev.tandem.kafka.record;

import org.jspecify.annotations.NullMarked;
