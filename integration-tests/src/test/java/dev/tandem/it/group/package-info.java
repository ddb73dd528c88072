/**
 * Consumer groups of several members, by the Java client, against a broker in a process of its own.
 *
 * <p>Runs on the test thread, which polls all members in turn.
 */
@NullMarked
package dev.tandem.it.group;

import org.jspecify.annotations.NullMarked;
