/**
 * What quantization did to a model, layer by layer, for people to look at: ranges, sizes, noise.
 *
 * <p>Read first: {@link io.nncf4j.compression.analysis.QuantizationAnalysis}. Reads models and
 * never changes them; must not know any particular engine, nor how a record is shown.
 */
@NullMarked
package io.nncf4j.compression.analysis;

import org.jspecify.annotations.NullMarked;
