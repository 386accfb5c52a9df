package io.nncf4j.compression.options;

import io.nncf4j.core.InputException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
        throw tooLong();
      }
    }

    private InputException tooLong() {
      return new InputException(
          "The pattern \""
              + pattern
              + "\" takes too long to match; write it without nested repetitions");
    }
  }

  /**
   * Whether {@code text} begins with what the pattern describes.
   *
   * @throws InputException when that takes too long to tell
   */
  public static boolean beginsWith(Pattern pattern, String text, Budget budget) {
    return matches(pattern, text, budget, Matcher::lookingAt);
  }

  /**
   * Whether what the pattern describes is anywhere in {@code text}.
   *
   * @throws InputException when that takes too long to tell
   */
  public static boolean contains(Pattern pattern, String text, Budget budget) {
    return matches(pattern, text, budget, Matcher::find);
  }

  private static boolean matches(
      Pattern pattern, String text, Budget budget, Predicate<Matcher> how) {
    try {
      return how.test(pattern.matcher(new LimitedText(text, budget)));
    } catch (StackOverflowError e) {
      // Java's engine calls itself once for each repetition of a group, however long the text is.
      throw budget.tooLong();
    }
  }

  private final CharSequence text;
  private final Budget budget;

  private LimitedText(CharSequence text, Budget budget) {
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
