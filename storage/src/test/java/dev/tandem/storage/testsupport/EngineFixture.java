package dev.tandem.storage.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An engine on a directory, with the calls that tests repeat. */
public final class EngineFixture implements AutoCloseable {
    private final StorageConfig config;
    private final Function<StorageConfig, StorageEngine> opening;
    private StorageEngine engine;

    public EngineFixture(Path directory) {
        this(StorageConfig.defaults(directory));
    }

    public EngineFixture(StorageConfig config) {
        this(config, StorageEngine::open);
    }

    /** Opens an engine in a way of its own. */
    public EngineFixture(StorageConfig config, Function<StorageConfig, StorageEngine> opening) {
        this.config = config;
        this.opening = opening;
        this.engine = opening.apply(config);
    }

    public StorageEngine engine() {
        return engine;
    }

    public EngineFixture reopen() {
        engine.close();
        engine = opening.apply(config);
        return this;
    }

    public CommitResult commit(Change... changes) {
        return await(engine.commit(builder(changes), Durability.SYNCED));
    }

    public static Commit.Builder builder(Change... changes) {
        var commit = Commit.builder();
        for (Change change : changes) {
            commit.add(change);
        }
        return commit;
    }

    public long createLog(Change.CreateLog.Retention retention) {
        long id = engine.allocateLogId();
        commit(new Change.CreateLog(id, retention));
        return id;
    }

    public long publish(long logId, String body) {
        return commit(message(logId, body)).value(0);
    }

    public static Change.AppendMessage message(long logId, String body) {
        var record = MessageRecord.encode(
                true, Long.MAX_VALUE, Slice.EMPTY, slice("key"), Slice.of(new byte[] {0, 0}), slice(body));
        return new Change.AppendMessage(logId, record, 1_000, Long.MAX_VALUE, false);
    }

    /** The changes that send one message, its body stored once, to several logs. */
    public static Change[] shared(String body, long... logIds) {
        var changes = new ArrayList<Change>();
        var reference = BodyReference.to(slice(body));
        changes.add(new Change.StoreBody(slice(body), reference.crc()));
        var record = MessageRecord.encodeShared(
                true, Long.MAX_VALUE, Slice.EMPTY, slice("key"), Slice.of(new byte[] {0, 0}), reference);
        for (long logId : logIds) {
            changes.add(new Change.AppendMessage(logId, record, 1_000, Long.MAX_VALUE, false, true));
        }
        return changes.toArray(new Change[0]);
    }

    public Log log(long logId) {
        return await(engine.log(logId));
    }

    /** The bodies of all messages from an offset on. */
    public List<String> bodies(long logId, long offset) {
        Log log = log(logId);
        var bodies = new ArrayList<String>();
        long next = offset;
        while (next < log.writtenEnd()) {
            LogRead read = log.readMessages(next, log.writtenEnd(), 1 << 20);
            for (StoredEntry entry : read.entries()) {
                for (int i = 0; i < entry.recordCount(); i++) {
                    MessageView message = entry.message(i);
                    if (message.offset() >= offset) {
                        bodies.add(new String(message.body().toByteArray(), UTF_8));
                    }
                }
            }
            next = read.nextOffset();
        }
        return bodies;
    }

    public static Slice slice(String text) {
        return Slice.of(text.getBytes(UTF_8));
    }

    public static <T> T await(java.util.concurrent.CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
