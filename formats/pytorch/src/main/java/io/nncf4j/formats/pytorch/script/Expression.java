package io.nncf4j.formats.pytorch.script;

import java.util.List;

/** An expression of TorchScript's code. */
sealed interface Expression {
  record Literal(ScriptValue value) implements Expression {}

  record Variable(String name) implements Expression {}

  record Attribute(Expression object, String name) implements Expression {}

  /** Names are empty for arguments by position. */
  record Call(Expression callee, List<String> names, List<Expression> arguments)
      implements Expression {}

  record Item(Expression object, Expression index) implements Expression {}

  /** A list or a tuple. */
  record Several(List<Expression> items) implements Expression {}

  record Operation(String operator, List<Expression> operands) implements Expression {}
}
