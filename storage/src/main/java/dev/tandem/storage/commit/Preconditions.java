package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.AlreadyExists;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.StorageException.PreconditionFailed.Reason;
import dev.tandem.storage.body.BodySegments;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.producer.Verdict;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides, before anything of a commit is applied, whether all of it can be. Sees the group as it stands: everything
 * that earlier commits of the same group changed. Changes nothing. Commit thread.
 */
final class Preconditions implements Change.Visitor {
    private final EngineState state;
    private final CommitGroup group;
    /** Logs that the commit creates, each with what it may drop. */
    private final Map<Long, Retention> createdHere = new HashMap<>();
    /** The body stored last by the commit, and whether a message refers to it. */
    private Change.@Nullable StoreBody body;

    private boolean bodyIsUsed;

    Preconditions(EngineState state, CommitGroup group) {
        this.state = state;
        this.group = group;
    }

    /** Why a commit must be refused, null when it can be applied. */
    @Nullable
    StorageException check(Commit commit) {
        createdHere.clear();
        body = null;
        bodyIsUsed = true;
        try {
            for (Change change : commit.changes()) {
                change.accept(this);
            }
            requireUse();
            return null;
        } catch (StorageException e) {
            return e;
        }
    }

    @Override
    public long visit(Change.AppendBatch change) {
        LogState log = requireLog(change.logId());
        var sequence = change.sequence();
        if (sequence != null && log != null) {
            Verdict verdict = state.producers().of(log, sequence.producerId()).check(sequence);
            if (verdict instanceof Verdict.OutOfOrder outOfOrder) {
                throw new PreconditionFailed(
                        Reason.OUT_OF_ORDER_SEQUENCE,
                        "producer " + sequence.producerId() + " sent sequence " + sequence.firstSequence() + " to log "
                                + log.id() + ", expected " + outOfOrder.expectedSequence());
            }
            if (verdict instanceof Verdict.Fenced fenced) {
                throw new PreconditionFailed(
                        Reason.PRODUCER_FENCED,
                        "producer " + sequence.producerId() + " has epoch " + sequence.epoch() + ", log " + log.id()
                                + " has seen " + fenced.currentEpoch());
            }
        }
        return 0;
    }

    @Override
    public long visit(Change.StoreBody change) {
        requireUse();
        body = change;
        bodyIsUsed = false;
        return 0;
    }

    /** A body that nobody refers to would never be freed. */
    private void requireUse() {
        if (!bodyIsUsed) {
            throw new PreconditionFailed(Reason.SHARED_BODY, "a commit stores a body that no message of it refers to");
        }
    }

    @Override
    public long visit(Change.AppendMessage change) {
        LogState log = requireLog(change.logId());
        if (change.sharesBody()) {
            requireSharing(change, log == null ? createdHere.get(change.logId()) : log.retention());
        }
        return 0;
    }

    private void requireSharing(Change.AppendMessage message, @Nullable Retention retention) {
        if (retention != Retention.ACKNOWLEDGED) {
            throw new PreconditionFailed(
                    Reason.SHARED_BODY,
                    "log " + message.logId() + " keeps its records whole: a message for it cannot share its body");
        }
        BodyReference reference = MessageRecord.bodyOf(message.record());
        if (body == null || body.crc() != reference.crc() || body.body().length() != reference.length()) {
            throw new PreconditionFailed(
                    Reason.SHARED_BODY,
                    "a message for log " + message.logId() + " refers to a body that its commit does not store");
        }
        bodyIsUsed = true;
    }

    @Override
    public long visit(Change.Acknowledge change) {
        return requireCursor(change.logId(), change.cursorId());
    }

    @Override
    public long visit(Change.CountDeliveries change) {
        return requireCursor(change.logId(), change.cursorId());
    }

    @Override
    public long visit(Change.StoreDeliveredEnd change) {
        return requireCursor(change.logId(), change.cursorId());
    }

    @Override
    public long visit(Change.DropCursor change) {
        state.logs().findToDelete(change.logId());
        return 0;
    }

    /** Rows that cannot be read refuse this commit here; in apply they would end all writing. */
    private long requireCursor(long logId, int cursorId) {
        LogState log = requireLog(logId);
        if (log != null) {
            state.ackSets().of(log, cursorId);
        }
        return 0;
    }

    @Override
    public long visit(Change.CreateLog change) {
        if (state.logs().findOrOpen(change.logId()) != null) {
            throw new AlreadyExists("log " + change.logId() + " exists already");
        }
        createdHere.put(change.logId(), change.retention());
        return 0;
    }

    @Override
    public long visit(Change.DeleteLog change) {
        state.logs().findToDelete(change.logId());
        return 0;
    }

    @Override
    public long visit(Change.RemoveLogs change) {
        state.logs().firstBetween(change.firstLogId(), change.endLogId()).ifPresent(logId -> {
            throw new AlreadyExists("log " + logId + " exists, its rows cannot be removed");
        });
        return 0;
    }

    @Override
    public long visit(Change.TrimLog change) {
        LogState log = requireLog(change.logId());
        if (log != null
                && change.startOffset() > log.startOffset()
                && log.bytesBelow(change.startOffset()).isEmpty()) {
            log.entryAt(change.startOffset());
        }
        return 0;
    }

    @Override
    public long visit(Change.FreeBodies change) {
        for (long segment : change.segments()) {
            var logs = state.bodies().segments().get(segment);
            if (logs != null) {
                logs.keySet().forEach(this::requireReadableCursor);
            }
        }
        return 0;
    }

    @Override
    public long visit(Change.ReleaseBodies change) {
        if (change.segment() >= BodySegments.of(state.bodies().nextId())) {
            throw new PreconditionFailed(
                    Reason.SHARED_BODY,
                    "segment " + change.segment() + " of shared bodies still takes bodies: log " + change.logId()
                            + " cannot let go of it");
        }
        return 0;
    }

    private void requireReadableCursor(long logId) {
        LogState log = state.logs().findOrOpen(logId);
        if (log != null) {
            state.ackSets().of(log, 0);
        }
    }

    @Override
    public long visit(Change.CloseSegment change) {
        requireLog(change.logId());
        return 0;
    }

    @Override
    public long visit(Change.DescribeSegments change) {
        requireLog(change.logId());
        return 0;
    }

    @Override
    public long visit(Change.RewriteRange change) {
        LogState log = requireLog(change.logId());
        if (log == null) {
            throw new NotFound("log " + change.logId() + " has no records yet");
        }
        GroupRewrites.check(log, change);
        return 0;
    }

    @Override
    public long visit(Change.NoteCompacted change) {
        requireLog(change.logId());
        return 0;
    }

    @Override
    public long visit(Change.Define change) {
        DefinitionKey key = change.definition().key();
        if (change.mustBeNew() && group.isDefined(key)) {
            throw new AlreadyExists(key + " exists already");
        }
        return 0;
    }

    @Override
    public long visit(Change.Undefine change) {
        if (change.mustExist() && !group.isDefined(change.key())) {
            throw new NotFound(change.key() + " does not exist");
        }
        return 0;
    }

    @Override
    public long visit(Change.PutGroupRecords change) {
        return 0;
    }

    @Override
    public long visit(Change.EndGroupTransaction change) {
        return 0;
    }

    @Override
    public long visit(Change.AllocateProducerIds change) {
        return 0;
    }

    @Override
    public long visit(Change.ExpireProducers change) {
        LogState log = requireLog(change.logId());
        if (log != null) {
            change.producerIds().forEach(producerId -> state.producers().of(log, producerId));
        }
        return 0;
    }

    /** The log; null when this commit creates it. */
    private @Nullable LogState requireLog(long logId) {
        LogState log = state.logs().findOrOpen(logId);
        if (log == null ? !createdHere.containsKey(logId) : group.deletes(log)) {
            throw new NotFound("log " + logId + " does not exist");
        }
        CorruptData damage = log == null ? null : log.damage();
        if (damage != null) {
            throw damage;
        }
        return log;
    }
}
