/**
 * Listeners: {@link dev.tandem.net.Listener} binds one port on several addresses and spreads connections over event
 * loops; {@link dev.tandem.net.ForeignProtocol} recognises a client of another protocol by its first bytes.
 *
 * <p>Connection handlers run on the connection's event loop.
 */
@NullMarked
package dev.tandem.net;

import org.jspecify.annotations.NullMarked;
