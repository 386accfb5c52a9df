/**
 * Post-training quantization: from a plan and what calibration saw to a model with quantizers, and
 * the corrections that win accuracy back.
 *
 * <p>Read first: {@link io.nncf4j.compression.quantization.PostTrainingQuantization}, which
 * calibrates, then {@link io.nncf4j.compression.quantization.CalibratedModel}, which builds. Must
 * not depend on a format or a concrete engine.
 */
@NullMarked
package io.nncf4j.compression.quantization;

import org.jspecify.annotations.NullMarked;
