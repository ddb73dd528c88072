/** Tests of the program. */
@NullMarked
package dev.tandem.app;

import org.jspecify.annotations.NullMarked;
