/** Tests of the listeners. */
@NullMarked
package dev.tandem.net;

import org.jspecify.annotations.NullMarked;
