/** A console over fakes: {@link dev.tandem.console.testsupport.ConsoleFixture}. Safe for use from any thread. */
@NullMarked
package dev.tandem.console.testsupport;

import org.jspecify.annotations.NullMarked;
