/**
 * The part of RabbitMQ's management API that virtual hosts, users and permissions need, under {@code /api}: same paths, same
 * bodies, same answers, so that tools for RabbitMQ work; {@link dev.tandem.console.management.ManagementApi} puts the resources
 * on the router. Documented in docs/http-api.md. Callers log in, as administrators.
 *
 * <p>Resources ask AMQP mode on the console's worker threads; only writing the answer happens on the event loop.
 */
@NullMarked
package dev.tandem.console.management;

import org.jspecify.annotations.NullMarked;
