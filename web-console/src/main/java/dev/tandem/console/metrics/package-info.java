/**
 * {@code /metrics}: {@link dev.tandem.console.metrics.MetricsExporter} gives the figures under the names that dashboards
 * for RabbitMQ and Kafka already know, and the engine's own under {@code tandem_storage_}.
 *
 * <p>Scraped on the console's worker threads, one scrape at a time.
 */
@NullMarked
package dev.tandem.console.metrics;

import org.jspecify.annotations.NullMarked;
