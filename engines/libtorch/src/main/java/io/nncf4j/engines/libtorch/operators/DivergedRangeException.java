package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.NncfException;

/** A learned range is no number any more: training has diverged there. */
public final class DivergedRangeException extends NncfException {
  private static final long serialVersionUID = 1L;

  private final String where;

  /**
   * @param where a clause that names the range
   */
  public DivergedRangeException(String where) {
    super("Training has diverged: not finite is " + where);
    this.where = where;
  }

  public String where() {
    return where;
  }
}
