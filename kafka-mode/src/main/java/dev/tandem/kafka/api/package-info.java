/**
 * One handler per Kafka API, registered with its version range; ApiVersions is computed from the registry.
 *
 * <p>Handlers run on the connection's event loop and never block.
 */
@NullMarked
package dev.tandem.kafka.api;

import org.jspecify.annotations.NullMarked;
