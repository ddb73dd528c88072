/** A running server for tests. */
@org.jspecify.annotations.NullMarked
package dev.tandem.kafka.testsupport;
