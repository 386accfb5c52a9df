package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Shape;
import org.jspecify.annotations.Nullable;

/** The inference of an operator with one output whose element type follows from its signature. */
@FunctionalInterface
interface ShapeRule {
  /** The output's shape, or null when not even its rank is known. */
  @Nullable Shape shape(InferenceContext context);
}
