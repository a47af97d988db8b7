/**
 * The door for uploads: how many may come in at once, how large they may be, and how much of the
 * disk they may take, decided before their bodies are read and while they are.
 */
@NullMarked
package io.rowledger.api.intake;

import org.jspecify.annotations.NullMarked;
