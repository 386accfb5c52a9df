package io.nncf4j.formats.pytorch.script;

import java.util.List;

/** A statement of TorchScript's code. */
sealed interface Statement {
  /** Several targets take the items of a list or tuple. */
  record Assign(List<Expression> targets, boolean unpacks, Expression value) implements Statement {}

  record Evaluate(Expression value) implements Statement {}

  record Return(Expression value) implements Statement {}

  record If(Expression condition, List<Statement> then, List<Statement> otherwise)
      implements Statement {}

  record For(String variable, Expression items, List<Statement> body) implements Statement {}

  record While(Expression condition, List<Statement> body) implements Statement {}

  record Pass() implements Statement {}
}
