/**
 * What the group coordinator stores: per coordinator partition a head and the newest value of every key, committed or
 * pending in a transaction.
 *
 * <p>Values; changed on the commit thread, loaded on the reader pool.
 */
@NullMarked
package dev.tandem.storage.group;

import org.jspecify.annotations.NullMarked;
