/**
 * What the tests of all modules share. Runs on the thread that launches the tests, before the first one.
 */
@NullMarked
package dev.tandem.testsupport;

import org.jspecify.annotations.NullMarked;
