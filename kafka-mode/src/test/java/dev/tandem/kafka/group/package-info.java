/** Tests of the embedded group coordinator, over a store in memory and over the real engine. */
@NullMarked
package dev.tandem.kafka.group;

import org.jspecify.annotations.NullMarked;
