package dev.tandem.storage.log;

import dev.tandem.storage.record.StoredEntry;
import java.util.List;

/**
 * What a read found.
 *
 * @param entries whole stored entries in offset order; the first may begin below the offset asked for
 * @param nextOffset where to read on
 */
public record LogRead(List<StoredEntry> entries, long nextOffset) {}
