/** Conversations that no client leads: what the server makes of frames that are damaged, lie, or come out of order. */
@org.jspecify.annotations.NullMarked
package dev.tandem.amqp.fuzz;
