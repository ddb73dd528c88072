package dev.tandem.kafka.fetch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;

/**
 * The fetch sessions of all clients. Bounded in number and in partitions: the one unused longest gives way, and its client
 * hears FETCH_SESSION_ID_NOT_FOUND and opens another, as KIP-227 has it. Safe for use from any thread.
 */
public final class FetchSessions {
    /** Kafka's {@code max.incremental.fetch.session.cache.slots}. */
    static final int MAX_SESSIONS = 1000;
    /** Partitions that all sessions watch together: about 100 bytes each. */
    static final int MAX_PARTITIONS = 200_000;

    private final RandomGenerator random;
    /** By id, the one unused longest first. */
    private final LinkedHashMap<Integer, FetchSession> sessions = new LinkedHashMap<>(16, 0.75f, true);

    private int partitions;

    /**
     * No sessions yet.
     *
     * @param random where session ids come from
     */
    public FetchSessions(RandomGenerator random) {
        this.random = random;
    }

    /**
     * What a request is about: all it names, or what its session watches.
     *
     * @param byTopicId whether the request names topics by id
     * @throws org.apache.kafka.common.errors.ApiException the error that answers a request whose session is unknown or
     *     elsewhere
     */
    public FetchScope scopeOf(FetchRequestData request, boolean byTopicId) {
        if (request.sessionEpoch() == FetchMetadata.FINAL_EPOCH
                || request.sessionEpoch() == FetchMetadata.INITIAL_EPOCH) {
            close(request.sessionId());
            boolean opens = request.sessionEpoch() == FetchMetadata.INITIAL_EPOCH
                    && !request.topics().isEmpty();
            return new Full(request.topics(), opens, byTopicId);
        }
        FetchSession session = find(request.sessionId()).orElseThrow(Errors.FETCH_SESSION_ID_NOT_FOUND::exception);
        int before = session.size();
        Errors refusal =
                session.advance(request.sessionEpoch(), byTopicId, request.topics(), request.forgottenTopicsData());
        if (refusal != Errors.NONE) {
            throw refusal.exception();
        }
        resized(session, session.size() - before);
        return new Incremental(session);
    }

    /** Sessions open now. */
    synchronized int size() {
        return sessions.size();
    }

    private synchronized Optional<FetchSession> find(int id) {
        return Optional.ofNullable(sessions.get(id));
    }

    private synchronized void close(int id) {
        FetchSession closed = sessions.remove(id);
        if (closed != null) {
            partitions -= closed.size();
        }
    }

    private synchronized void resized(FetchSession session, int by) {
        if (session.size() == 0) {
            sessions.remove(session.id());
        }
        partitions += by;
        makeRoom();
    }

    private synchronized int open(boolean byTopicId, List<FetchTopic> asked, FetchResponseData told) {
        int id;
        do {
            id = random.nextInt(1, Integer.MAX_VALUE);
        } while (sessions.containsKey(id));
        var session = new FetchSession(id, byTopicId);
        session.open(asked, told);
        if (session.size() > MAX_PARTITIONS) {
            return FetchMetadata.INVALID_SESSION_ID;
        }
        sessions.put(id, session);
        partitions += session.size();
        makeRoom();
        return id;
    }

    private void makeRoom() {
        var eldest = sessions.values().iterator();
        while ((sessions.size() > MAX_SESSIONS || partitions > MAX_PARTITIONS) && eldest.hasNext()) {
            partitions -= eldest.next().size();
            eldest.remove();
        }
    }

    /** A request that names everything itself. */
    private final class Full implements FetchScope {
        private final List<FetchTopic> topics;
        private final boolean opens;
        private final boolean byTopicId;

        Full(List<FetchTopic> topics, boolean opens, boolean byTopicId) {
            this.topics = topics;
            this.opens = opens;
            this.byTopicId = byTopicId;
        }

        @Override
        public List<FetchTopic> topics() {
            return topics;
        }

        @Override
        public FetchResponseData answer(FetchResponseData found) {
            return opens && found.errorCode() == Errors.NONE.code()
                    ? found.setSessionId(open(byTopicId, topics, found))
                    : found;
        }
    }

    private record Incremental(FetchSession session) implements FetchScope {
        @Override
        public List<FetchTopic> topics() {
            return session.topics();
        }

        @Override
        public FetchResponseData answer(FetchResponseData found) {
            return session.onlyNews(found);
        }
    }
}
