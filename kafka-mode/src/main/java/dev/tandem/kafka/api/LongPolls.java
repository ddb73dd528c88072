package dev.tandem.kafka.api;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The fetches that wait for records, so that a stopping server can answer them. Safe for use from any thread. */
public final class LongPolls {
    private final Set<FetchCall> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Answers every waiting fetch with what there is; from now on none waits. */
    public void answerAll() {
        stopping = true;
        waiting.forEach(FetchCall::answerSoon);
    }

    void add(FetchCall call) {
        waiting.add(call);
        if (stopping) {
            call.answerSoon();
        }
    }

    void remove(FetchCall call) {
        waiting.remove(call);
    }
}
