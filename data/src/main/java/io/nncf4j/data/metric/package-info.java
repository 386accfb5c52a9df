/**
 * What a model is worth: top-k accuracy, average precision of detections as COCO and Pascal VOC
 * define it, perplexity. All merge exactly.
 *
 * <p>Read first: {@link io.nncf4j.data.metric.Metric}. A new one also needs a name in {@code
 * MetricKind} and a way from outputs to it in {@code compression.evaluation}. Must not depend on
 * pictures, sources or descriptions.
 */
@NullMarked
package io.nncf4j.data.metric;

import org.jspecify.annotations.NullMarked;
