package io.nncf4j.compression.options;

import io.nncf4j.core.InputException;

/**
 * Text that a regular expression may look at a limited number of times: Java's engine backtracks,
 * so that a hostile or careless pattern would otherwise run for ever.
 */
public final class LimitedText implements CharSequence {
  private static final long MAXIMUM_LOOKS = 10_000_000;

  /** What is left for one pattern on all texts. */
  public static final class Budget {
    private final String pattern;
    private long left = MAXIMUM_LOOKS;

    public Budget(String pattern) {
      this.pattern = pattern;
    }

    private void spend() {
      if (--left < 0) {
        throw new InputException(
            "The pattern \""
                + pattern
                + "\" takes too long to match; write it without nested repetitions");
      }
    }
  }

  private final CharSequence text;
  private final Budget budget;

  public LimitedText(CharSequence text, Budget budget) {
    this.text = text;
    this.budget = budget;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    budget.spend();
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new LimitedText(text.subSequence(start, end), budget);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
