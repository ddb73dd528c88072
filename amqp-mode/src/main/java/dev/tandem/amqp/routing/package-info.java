/**
 * Exchanges and how they route: {@link dev.tandem.amqp.routing.Exchange} holds an immutable table of its bindings,
 * swapped on every change; {@link dev.tandem.amqp.routing.Router} walks them.
 *
 * <p>Bindings change on the virtual host's loop only; routing may run on any thread.
 */
@NullMarked
package dev.tandem.amqp.routing;

import org.jspecify.annotations.NullMarked;
