/**
 * Training that watches what compression costs: until the drop is small enough, or in search of the
 * highest rate of compression that is accurate enough.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.accuracy.AccuracyAwareTraining}. Must not
 * depend on the data that accuracy is measured with.
 */
@NullMarked
package io.nncf4j.compression.training.accuracy;

import org.jspecify.annotations.NullMarked;
