/**
 * Configuration: {@link dev.tandem.app.config.ConfigLoader} lays flags over environment over file over defaults and
 * makes a {@link dev.tandem.app.config.BrokerConfig} of them. Keys follow from the names of record components.
 *
 * <p>Values only; any thread.
 */
@NullMarked
package dev.tandem.app.config;

import org.jspecify.annotations.NullMarked;
