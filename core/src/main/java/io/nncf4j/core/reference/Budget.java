package io.nncf4j.core.reference;

import io.nncf4j.core.graph.Node;

/** What is left of a run's limits; one for a whole run, bodies included. */
final class Budget {
  private final Interpreter.Limits limits;
  private long operations;
  private int loopSteps;

  Budget(Interpreter.Limits limits) {
    this.limits = limits;
    operations = limits.operations();
    loopSteps = limits.loopSteps();
  }

  void charge(Node node, long wanted) {
    if (wanted > operations) {
      throw new BudgetExceededException(
          "Computing node \""
              + node.name()
              + "\" ("
              + node.operator()
              + ") takes more than the "
              + limits.operations()
              + " operations that the reference interpreter may spend; use an engine");
    }
    operations -= wanted;
  }

  void chargeLoopStep(Node node) {
    if (--loopSteps < 0) {
      throw new BudgetExceededException(
          "The loop \""
              + node.name()
              + "\" takes more than the "
              + limits.loopSteps()
              + " steps that the reference interpreter may make; use an engine");
    }
  }
}
