package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Answers the requests of one API. The class's comment states the versions, what each changed, and what is left out.
 *
 * @param <Q> the API's request message
 * @param <R> the API's response message
 */
public interface ApiHandler<Q extends ApiMessage, R extends ApiMessage> {

    ApiKeys key();

    /** Lowest version served. */
    default short minVersion() {
        return key().messageType.lowestSupportedVersion();
    }

    /** Highest version served: the highest stable one unless a handler says less. */
    default short maxVersion() {
        return key().messageType.highestSupportedVersion(false);
    }

    /**
     * Handles a request, on the connection's event loop; must not block. The stage may complete on any thread. An
     * exception (thrown or in the stage) is answered with the API's error response for it.
     */
    CompletionStage<R> handle(RequestContext context, Q request);
}
