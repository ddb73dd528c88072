/**
 * Bodies that are stored once however many queues a message goes to: which exist, who refers to them, and how they are
 * read. {@link dev.tandem.storage.body.SharedBodies} is the state, {@link dev.tandem.storage.body.BodyReader} the way to
 * the bytes.
 *
 * <p>The state is changed by the commit thread alone and may be looked at from any thread; bodies are read on the reader
 * pool and by background work, never on an event loop.
 */
@NullMarked
package dev.tandem.storage.body;

import org.jspecify.annotations.NullMarked;
