package dev.tandem.kafka.fetch;

import java.util.List;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;

/** Which partitions a fetch is about, and what of the answer its client needs to hear. */
public interface FetchScope {

    /** The partitions to look at, in the order in which they share the answer's bytes. */
    List<FetchTopic> topics();

    /**
     * Makes the answer of what was found.
     *
     * @param found one entry for each of {@link #topics}, with its partitions in the same order
     */
    FetchResponseData answer(FetchResponseData found);
}
