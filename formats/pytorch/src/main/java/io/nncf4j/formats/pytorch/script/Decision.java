package io.nncf4j.formats.pytorch.script;

import java.util.List;

/**
 * Which side of an If is followed. An assertion about what is known only at run time is taken to
 * hold: its other side raises.
 */
final class Decision {
  private Decision() {}

  /**
   * @throws UndecidedException when the condition is not known and neither side raises
   */
  static List<Statement> of(Statement.If choice, ScriptValue condition) {
    boolean thenRaises = raises(choice.then());
    try {
      return ScriptNumbers.truth(condition) ? choice.then() : choice.otherwise();
    } catch (UndecidedException e) {
      if (thenRaises == raises(choice.otherwise())) {
        throw e;
      }
      return thenRaises ? choice.otherwise() : choice.then();
    }
  }

  private static boolean raises(List<Statement> statements) {
    return statements.stream()
        .anyMatch(
            statement ->
                statement instanceof Statement.Evaluate evaluate
                    && evaluate.value() instanceof Expression.Call call
                    && call.callee() instanceof Expression.Attribute attribute
                    && attribute.name().equals("RaiseException"));
  }
}
