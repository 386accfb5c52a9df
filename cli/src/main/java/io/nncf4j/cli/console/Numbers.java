package io.nncf4j.cli.console;

import io.nncf4j.core.InputException;

/** Numbers given as options: a wrong one is told of with the option's name. */
public final class Numbers {
  private Numbers() {}

  /**
   * @throws InputException when {@code value} is less than 1
   */
  public static void positive(String option, int value) {
    if (value < 1) {
      throw new InputException(option + " takes a number of at least 1; found " + value);
    }
  }

  /**
   * @throws InputException when {@code value} is less than {@code least} or more than {@code most}
   */
  public static void between(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InputException(
          option + " takes a number from " + least + " to " + most + "; found " + value);
    }
  }
}
