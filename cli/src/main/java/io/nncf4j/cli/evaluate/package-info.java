/**
 * {@code nncf evaluate}: metric and speed of a model file.
 *
 * <p>Read first: {@link io.nncf4j.cli.evaluate.EvaluateCommand}. The measuring itself stands in
 * {@code compression.evaluation}.
 */
@NullMarked
package io.nncf4j.cli.evaluate;

import org.jspecify.annotations.NullMarked;
