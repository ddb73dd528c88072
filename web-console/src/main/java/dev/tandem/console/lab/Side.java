package dev.tandem.console.lab;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The two lanes. */
public enum Side {
    /** A Kafka topic and a consumer group. */
    @JsonProperty("log")
    LOG,
    /** An AMQP queue. */
    @JsonProperty("queue")
    QUEUE;

    /** As sentences name it. */
    public String label() {
        return this == LOG ? "log lane" : "queue lane";
    }
}
