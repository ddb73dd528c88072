/** Tests of the configuration. */
@NullMarked
package dev.tandem.app.config;

import org.jspecify.annotations.NullMarked;
