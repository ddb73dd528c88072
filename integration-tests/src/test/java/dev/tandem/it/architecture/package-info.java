/**
 * Rules on the code itself: module edges, tidiness, documents against registries.
 *
 * <p>Runs on the test thread.
 */
@NullMarked
package dev.tandem.it.architecture;

import org.jspecify.annotations.NullMarked;
