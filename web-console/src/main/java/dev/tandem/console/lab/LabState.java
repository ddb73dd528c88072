package dev.tandem.console.lab;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The comparison that runs, or ran last.
 *
 * @param step what happens now, or the reason of a failure
 * @param progress from 0 to 1
 * @param samples live figures so far; left out of events, which carry each sample on its own
 */
public record LabState(
        Status status,
        String id,
        @Nullable Workload workload,
        String step,
        double progress,
        String durability,
        List<LabSample> samples,
        List<RoundResult> rounds,
        @Nullable ComparisonResult result) {

    /** Where a run is. */
    public enum Status {
        @JsonProperty("idle")
        IDLE,
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("done")
        DONE,
        @JsonProperty("stopped")
        STOPPED,
        @JsonProperty("failed")
        FAILED
    }

    LabState withoutSamples() {
        return new LabState(status, id, workload, step, progress, durability, List.of(), rounds, result);
    }
}
