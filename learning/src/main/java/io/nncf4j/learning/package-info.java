/** Losses, optimizers, schedules and the training loop. Must not know compression. */
@NullMarked
package io.nncf4j.learning;

import org.jspecify.annotations.NullMarked;
