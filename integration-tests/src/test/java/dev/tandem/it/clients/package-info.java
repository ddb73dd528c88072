/**
 * Client libraries of other languages, which come from their registries: the tests of {@code -Pclients}.
 *
 * <p>Each program checks what it sees itself and ends with an exit code; see {@code clients/README.md} of the resources.
 */
@NullMarked
package dev.tandem.it.clients;

import org.jspecify.annotations.NullMarked;
