package dev.tandem.console;

import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.alarm.StorageAlarm;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the console knows of the broker around it.
 *
 * @param version Tandem's version
 * @param storage how the engine was opened: data directory and durability
 * @param storageMetrics the engine's counters; asked on a worker thread, never on an event loop
 * @param alarm why the engine refuses writes now, if it does; any thread
 * @param backup starts a backup; throws {@link dev.tandem.storage.StorageException} when it refuses; touches the disk
 * @param addresses asked for each page, so that the console may start before the protocol ports are bound
 * @param labAddresses the same with user and password, for the comparison's own clients; never shown
 * @param ready true while all three listeners serve
 */
public record BrokerInfo(
        String version,
        StorageConfig storage,
        Supplier<StorageMetrics> storageMetrics,
        Supplier<Optional<StorageAlarm>> alarm,
        Function<Path, Backup> backup,
        Supplier<BrokerAddresses> addresses,
        Supplier<BrokerAddresses> labAddresses,
        BooleanSupplier ready) {}
