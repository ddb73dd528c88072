package dev.tandem.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.console.testsupport.ConsoleFixture;
import dev.tandem.storage.alarm.StorageAlarm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConsoleMetricsTest {

    @Test
    void exportsUnderTheNamesThatDashboardsKnow() {
        try (var console = new ConsoleFixture()) {
            // given
            console.kafka.topic("orders", 2, 50).group("billing", "orders", 10, 50);
            console.amqp.queue("invoices", 7, 2, 1).dropped("no binding matches", 4);
            console.amqp.publish("invoices", 5, 5);

            // when
            String text = console.get("/metrics").body();

            // then
            assertThat(text)
                    .contains("rabbitmq_global_messages_received_total{protocol=\"amqp091\"} 5.0")
                    .contains("rabbitmq_global_messages_unroutable_dropped_total{protocol=\"amqp091\"} 4.0")
                    .contains("rabbitmq_queue_messages_ready 7.0")
                    .contains("rabbitmq_queue_messages 9.0")
                    .contains("kafka_log_log_size{partition=\"1\",topic=\"orders\"} 6000.0")
                    .contains(
                            "kafka_consumergroup_lag{consumergroup=\"billing\",partition=\"0\",topic=\"orders\"} 40.0")
                    .contains("kafka_server_replicamanager_partitioncount 2.0")
                    .contains("tandem_storage_syncs_total")
                    .contains("tandem_storage_stall_seconds_total 1.5")
                    .contains("tandem_storage_log_compaction_seconds_total 0.6")
                    .contains("tandem_storage_sync_seconds_bucket{le=\"5.0E-4\"}")
                    .contains("tandem_storage_sync_seconds_bucket{le=\"+Inf\"}")
                    .contains("tandem_storage_commit_group_bytes_sum");
        }
    }

    @Test
    void exportsTheStorageMetricsThatThePageLists() throws IOException {
        try (var console = new ConsoleFixture()) {
            // given
            Pattern row = Pattern.compile("\\| `(tandem_storage_[a-z_]+)` \\| (counter|gauge|histogram) \\|.*");
            Pattern type = Pattern.compile("# TYPE (tandem_storage_[a-z_]+) (counter|gauge|histogram)");
            var listed = matches(row, Files.lines(Path.of("..", "docs", "http-api.md")));

            // when
            String text = console.get("/metrics").body();

            // then
            assertThat(matches(type, text.lines())).isEqualTo(listed).isNotEmpty();
        }
    }

    private static Map<String, String> matches(Pattern pattern, Stream<String> lines) {
        try (lines) {
            return lines.map(pattern::matcher)
                    .filter(Matcher::matches)
                    .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        }
    }

    @Test
    void showsAnAlarmOfTheStorageEngine() {
        try (var console = new ConsoleFixture()) {
            // given
            assertThat(console.get("/api/v1/overview").body()).contains("\"alarm\":\"\"");
            console.alarms.raise(StorageAlarm.Kind.LOW_SPACE, "3 MiB are free");

            // when
            String metrics = console.get("/metrics").body();

            // then
            assertThat(metrics)
                    .contains("rabbitmq_alarms_free_disk_space_watermark 1.0")
                    .contains("tandem_storage_write_failed 0.0");
            assertThat(console.get("/api/v1/overview").body()).contains("3 MiB are free");
        }
    }

    @Test
    void boundsTheSeriesThatClientsCanMake() {
        // given
        var defaults = ConsoleConfig.defaults();
        var config =
                new ConsoleConfig(0, List.of(), false, 1_024, 8, 10, defaults.labMaxDuration(), defaults.labMaxBytes());
        try (var console = new ConsoleFixture(config)) {
            for (int i = 0; i < 25; i++) {
                console.kafka.topic("topic-" + i, 1, i);
            }

            // when
            List<String> lines = console.get("/metrics").body().lines().toList();

            // then
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("kafka_log_log_size{"))
                    .hasSize(10);
            assertThat(lines).contains("tandem_metrics_series_left_out 45.0");
        }
    }
}
