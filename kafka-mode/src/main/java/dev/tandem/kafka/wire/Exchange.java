package dev.tandem.kafka.wire;

import java.util.concurrent.Future;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** A request that was started, until its answer is written. */
final class Exchange {
    private final ApiKeys key;
    private final int correlationId;
    private final int requestBytes;
    private short responseVersion;
    private boolean silent;
    private @Nullable ApiMessage response;
    private @Nullable Future<?> longPoll;

    Exchange(ApiKeys key, short version, int correlationId, int requestBytes) {
        this.key = key;
        this.responseVersion = version;
        this.correlationId = correlationId;
        this.requestBytes = requestBytes;
    }

    ApiKeys key() {
        return key;
    }

    int correlationId() {
        return correlationId;
    }

    int requestBytes() {
        return requestBytes;
    }

    /** The version the answer is written in. */
    short responseVersion() {
        return responseVersion;
    }

    /** Answers in another version than the request's. */
    void answerInVersion(short version) {
        responseVersion = version;
    }

    /** The client wants no answer (a produce with acks=0). */
    void setSilent() {
        silent = true;
    }

    boolean isSilent() {
        return silent;
    }

    /** What to cancel when the client is gone: nobody then waits for records. */
    void onAbandon(Future<?> poll) {
        longPoll = poll;
    }

    void abandon() {
        Future<?> poll = longPoll;
        if (poll != null) {
            poll.cancel(false);
        }
    }

    /** The answer, once there is one. */
    @Nullable
    ApiMessage response() {
        return response;
    }

    void setResponse(ApiMessage response) {
        this.response = response;
    }
}
