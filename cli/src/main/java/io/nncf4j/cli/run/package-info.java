/**
 * The main job from a model file to a smaller model file and a record of what it cost, as every
 * verb that quantizes runs it.
 *
 * <p>Read first: {@link io.nncf4j.cli.run.QuantizationJob}. Must not know the options of any one
 * verb.
 */
@NullMarked
package io.nncf4j.cli.run;

import org.jspecify.annotations.NullMarked;
