/** Tests of the command line, as a process. */
@NullMarked
package dev.tandem.app.cli;

import org.jspecify.annotations.NullMarked;
