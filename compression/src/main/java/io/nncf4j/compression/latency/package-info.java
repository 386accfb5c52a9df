/**
 * Keeps a quantized model from being slower than the one it was made from: measures single nodes,
 * decides by a minimum cut which of them run on integers, and measures the result.
 *
 * <p>Read first: {@link io.nncf4j.compression.latency.LatencyGuard}, which decides, then {@link
 * io.nncf4j.compression.latency.PrecisionGraph}, what a node costs, and {@link
 * io.nncf4j.compression.latency.PrecisionAssignment}. Knows engines by their interfaces only.
 */
@NullMarked
package io.nncf4j.compression.latency;

import org.jspecify.annotations.NullMarked;
