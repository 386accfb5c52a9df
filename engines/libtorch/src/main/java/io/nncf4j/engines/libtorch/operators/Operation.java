package io.nncf4j.engines.libtorch.operators;

/**
 * One node made ready to run: a direct call of libtorch.
 *
 * <p>An operation never closes its inputs. It closes whatever else it makes, and sets outputs that
 * are handles of their own (which may share storage with an input).
 */
@FunctionalInterface
public interface Operation {
  void run(Arguments arguments);
}
