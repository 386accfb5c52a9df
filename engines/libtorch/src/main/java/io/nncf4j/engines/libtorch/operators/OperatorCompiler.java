package io.nncf4j.engines.libtorch.operators;

/** Turns a node into an {@link Operation}, doing once what need not be done at each run. */
@FunctionalInterface
public interface OperatorCompiler {
  /**
   * @throws UnsupportedNode when the operator is known but this use of it cannot be run
   */
  Operation compile(NodeContext context);
}
