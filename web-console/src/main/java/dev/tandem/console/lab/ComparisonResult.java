package dev.tandem.console.lab;

import java.util.List;

/**
 * A finished comparison.
 *
 * @param durability what the broker's acknowledgements wait for: {@code always} synced to disk, {@code os} written only,
 *     {@code unknown}; the same for both lanes
 * @param commonRate messages a second of each lane while latency was measured
 * @param limited true when the byte limit ended rounds early
 */
public record ComparisonResult(
        Workload workload,
        String durability,
        String startedAt,
        double seconds,
        long commonRate,
        boolean limited,
        String environment,
        LaneResult log,
        LaneResult queue,
        Verdict verdict,
        List<RoundResult> rounds) {}
