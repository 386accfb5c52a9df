/**
 * The quantization plan: where quantizers stand, what they are, and what stays in float and why. A
 * plan is a value: made by a planner, printed, edited by hand, saved and replayed.
 *
 * <p>Read first: {@link io.nncf4j.compression.quantization.plan.QuantizationPlan}. Must not depend
 * on statistics, calibration or engines: planning looks at the graph alone.
 */
@NullMarked
package io.nncf4j.compression.quantization.plan;

import org.jspecify.annotations.NullMarked;
