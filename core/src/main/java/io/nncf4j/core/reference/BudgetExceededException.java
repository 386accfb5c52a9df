package io.nncf4j.core.reference;

import io.nncf4j.core.NncfException;

/** The interpreter was asked for more work than its limits allow; an engine should do it. */
public final class BudgetExceededException extends NncfException {
  private static final long serialVersionUID = 1L;

  BudgetExceededException(String message) {
    super(message);
  }
}
