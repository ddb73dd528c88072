/** Requests that no client sends: what the server makes of frames that are damaged, lie, or never stop. */
@org.jspecify.annotations.NullMarked
package dev.tandem.kafka.fuzz;
