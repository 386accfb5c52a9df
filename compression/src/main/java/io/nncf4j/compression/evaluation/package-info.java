/**
 * Measures what a model is worth on a data set: metric, latency of single runs, throughput.
 *
 * <p>Read first: {@link io.nncf4j.compression.evaluation.Evaluator}. Must not know any particular
 * engine or format, nor how a model is compressed.
 */
@NullMarked
package io.nncf4j.compression.evaluation;

import org.jspecify.annotations.NullMarked;
