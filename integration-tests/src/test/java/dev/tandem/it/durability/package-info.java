/**
 * What survives the end of the broker's process: kill -9 under load, and clean stops.
 *
 * <p>Traffic runs on threads of its own; the test thread kills and checks.
 */
@NullMarked
package dev.tandem.it.durability;

import org.jspecify.annotations.NullMarked;
