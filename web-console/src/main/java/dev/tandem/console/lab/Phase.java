package dev.tandem.console.lab;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a round is for. */
public enum Phase {
    /** Wakes up code paths of clients and broker; its figures are dropped. */
    @JsonProperty("warm-up")
    WARM_UP,
    /** As fast as the in-flight limit lets it go: throughput counts, latency is that of a full pipe. */
    @JsonProperty("maximum")
    MAXIMUM,
    /** Both lanes at the same rate on an open-loop schedule: latency counts. */
    @JsonProperty("rate")
    RATE
}
