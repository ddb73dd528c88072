package dev.tandem.storage.clean;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The policies of the logs that have one. For any thread. */
public final class LogPolicies {
    private final ConcurrentMap<Long, LogPolicy> policies = new ConcurrentHashMap<>();

    /** Sets a log's policy, in the place of the one it has. */
    public void set(long logId, LogPolicy policy) {
        policies.put(logId, policy);
    }

    /** All policies by log id; a view that changes with them. */
    Map<Long, LogPolicy> all() {
        return policies;
    }

    /** Forgets the policy of a log that does not exist any more. */
    void forget(long logId) {
        policies.remove(logId);
    }
}
