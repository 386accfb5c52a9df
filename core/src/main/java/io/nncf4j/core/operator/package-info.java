/**
 * What is known about operators: arity, attributes with defaults, shape inference, cost. Data, one
 * table for each family of operators.
 *
 * <p>Read first: {@link io.nncf4j.core.operator.OperatorSchema}, {@link
 * io.nncf4j.core.operator.OperatorSchemas}. Must not know engines or formats.
 */
@NullMarked
package io.nncf4j.core.operator;

import org.jspecify.annotations.NullMarked;
