package io.nncf4j.core.record;

import org.jspecify.annotations.Nullable;

/** JSON has no NaN and no infinity: in a record such a number is absent. */
final class Numbers {
  private Numbers() {}

  static @Nullable Double finiteOrNull(@Nullable Double number) {
    return number != null && Double.isFinite(number) ? number : null;
  }
}
