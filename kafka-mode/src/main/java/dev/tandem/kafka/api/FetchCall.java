package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaCounters;
import dev.tandem.kafka.fetch.FetchScope;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogWatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A fetch under way: looks in memory, reads the disk elsewhere if need be, and when both have too little waits for its
 * logs to move or its time to run out. Event loop only, {@link #answerSoon} excepted.
 */
final class FetchCall implements LogWatcher {
    private final StorageEngine storage;
    private final LongPolls polls;
    private final KafkaCounters counters;
    private final RequestContext context;
    private final FetchScope scope;
    private final FetchResponseData response;
    private final List<FetchedPartition> partitions;
    private final int minBytes;
    private final int maxBytes;
    private final int maxWaitMillis;
    private final boolean failedAlready;
    private final CompletableFuture<FetchResponseData> answer = new CompletableFuture<>();
    private boolean waiting;
    private boolean readingDisk;
    private @Nullable Future<?> timeout;

    /**
     * Makes a call that is not started.
     *
     * @param failedAlready whether the response holds an error for a partition that is not among {@code partitions}
     */
    FetchCall(
            StorageEngine storage,
            LongPolls polls,
            KafkaCounters counters,
            RequestContext context,
            FetchRequestData request,
            FetchScope scope,
            int maxBytes,
            FetchResponseData response,
            List<FetchedPartition> partitions,
            boolean failedAlready) {
        this.storage = storage;
        this.polls = polls;
        this.counters = counters;
        this.context = context;
        this.scope = scope;
        this.response = response;
        this.partitions = partitions;
        this.minBytes = request.minBytes();
        this.maxBytes = maxBytes;
        this.maxWaitMillis = request.maxWaitMs();
        this.failedAlready = failedAlready;
        // Also when the connection dies, which cancels the answer.
        answer.whenComplete((done, failure) -> stopWaiting());
    }

    CompletableFuture<FetchResponseData> answer() {
        return answer;
    }

    /** Opens the logs that are not open, then looks. */
    void start() {
        var opening = new ArrayList<CompletableFuture<?>>();
        for (FetchedPartition partition : partitions) {
            partition.partition().openLog().ifPresentOrElse(partition::open, () -> opening.add(open(partition)));
        }
        if (opening.isEmpty()) {
            compareEpochs();
        } else {
            CompletableFuture.allOf(opening.toArray(CompletableFuture[]::new))
                    .whenCompleteAsync((opened, failure) -> compareEpochs(), context.eventLoop());
        }
    }

    /** Consumers leave it out; finding out where an epoch ends may need the disk. */
    private void compareEpochs() {
        if (partitions.stream().noneMatch(FetchedPartition::comparesEpochs)) {
            look();
            return;
        }
        read(
                () -> partitions.stream()
                        .filter(FetchedPartition::comparesEpochs)
                        .forEach(FetchedPartition::compareEpochs),
                this::look);
    }

    private static CompletableFuture<?> open(FetchedPartition partition) {
        return partition.partition().log().handle((log, failure) -> {
            if (failure == null) {
                partition.open(log);
            } else {
                partition.fail(KafkaErrors.of(failure));
            }
            return null;
        });
    }

    @Override
    public void onMoved(Log log) {
        if (!answer.isDone() && !readingDisk) {
            look();
        }
    }

    /** Answers with what there is; any thread. */
    void answerSoon() {
        context.eventLoop().execute(this::stopAwaiting);
    }

    private void stopAwaiting() {
        // A read under way answers when it is through; until then the partitions are not ours.
        if (!readingDisk) {
            finish();
        }
    }

    private void look() {
        long found = 0;
        boolean settled = failedAlready;
        boolean cold = false;
        for (FetchedPartition partition : partitions) {
            partition.look((int) Math.max(0, maxBytes - found), found == 0);
            found += partition.bytes();
            settled |= partition.isSettled();
            cold |= partition.isCold();
        }
        if (cold && found < maxBytes) {
            readDisk();
        } else if (settled || found >= minBytes || maxWaitMillis <= 0 || partitions.isEmpty()) {
            finish();
        } else {
            await();
        }
    }

    private void readDisk() {
        readingDisk = true;
        read(this::readColdPartitions, this::finish);
    }

    private void readColdPartitions() {
        long found = 0;
        for (FetchedPartition partition : partitions) {
            found += partition.bytes();
        }
        for (FetchedPartition partition : partitions) {
            if (partition.isCold() && found < maxBytes) {
                partition.readCold((int) (maxBytes - found), found == 0);
                found += partition.bytes();
            }
        }
    }

    /** Reads on the reader pool, then goes on here; what nobody foresaw is answered as an error. */
    private void read(Runnable reading, Runnable next) {
        CompletableFuture.runAsync(reading, storage.readers())
                .thenRunAsync(next, context.eventLoop())
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    }
                });
    }

    private void await() {
        if (waiting) {
            return;
        }
        waiting = true;
        polls.add(this);
        var seen = new long[partitions.size()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = partitions.get(i).highWatermark();
            Log log = partitions.get(i).log();
            if (log != null) {
                log.watch(context.eventLoop(), this);
            }
        }
        timeout = context.timer().schedule(this::stopAwaiting, maxWaitMillis, TimeUnit.MILLISECONDS);
        // What moved between the look and the watch was told to nobody.
        for (int i = 0; i < seen.length; i++) {
            Log log = partitions.get(i).log();
            if (log != null && (log.highWatermark() != seen[i] || !log.exists())) {
                look();
                return;
            }
        }
    }

    private void finish() {
        if (answer.isDone()) {
            return;
        }
        long records = 0;
        long bytes = 0;
        for (FetchedPartition partition : partitions) {
            records += partition.records();
            bytes += partition.bytes();
        }
        counters.fetched(records, bytes);
        answer.complete(scope.answer(response));
    }

    private void stopWaiting() {
        if (waiting) {
            waiting = false;
            polls.remove(this);
            for (FetchedPartition partition : partitions) {
                Log log = partition.log();
                if (log != null) {
                    log.unwatch(this);
                }
            }
            Future<?> timer = timeout;
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }
}
