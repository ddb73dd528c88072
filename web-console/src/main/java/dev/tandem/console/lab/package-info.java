/**
 * The comparison: one {@link dev.tandem.console.lab.Workload} runs through a topic and through a queue of this broker,
 * with the ordinary client libraries over real sockets, and {@link dev.tandem.console.lab.Verdict} says what differs.
 * {@link dev.tandem.console.lab.Lab} is its face to the console, {@link dev.tandem.console.lab.LabMain} to the command
 * line.
 *
 * <p>Runs on threads of its own, named {@code lab-…}: one for the run, one for each producer and consumer, one for live
 * figures. Recorders are safe for use from any thread.
 */
@NullMarked
package dev.tandem.console.lab;

import org.jspecify.annotations.NullMarked;
