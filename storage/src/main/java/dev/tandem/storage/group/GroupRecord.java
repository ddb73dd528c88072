package dev.tandem.storage.group;

import dev.tandem.storage.record.Slice;
import org.jspecify.annotations.Nullable;

/**
 * One record of the group coordinator.
 *
 * @param key as the coordinator serialised it
 * @param value as the coordinator serialised it; null deletes the key
 */
public record GroupRecord(Slice key, @Nullable Slice value) {}
