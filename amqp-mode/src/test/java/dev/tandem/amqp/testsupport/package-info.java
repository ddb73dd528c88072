/**
 * Fixtures of AMQP mode's own tests.
 *
 * <p>For use by tests only.
 */
@NullMarked
package dev.tandem.amqp.testsupport;

import org.jspecify.annotations.NullMarked;
