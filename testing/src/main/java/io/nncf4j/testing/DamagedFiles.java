package io.nncf4j.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/**
 * Tries a reader on many damaged files, each made from a seed of its own, so that one that fails
 * can be made again.
 *
 * <p>A thousand files by default; {@code -Dnncf.mutations=100000 [-Dnncf.seed=first]} for more.
 */
public final class DamagedFiles {
  private static final Duration HANGS = Duration.ofMinutes(2);

  private DamagedFiles() {}

  /** Damages one file and reads it. */
  @FunctionalInterface
  public interface Attempt {
    /**
     * @param seed decides what is damaged, with {@code random}, which was made from it
     * @return true when the file was of use all the same, false when it was refused
     */
    boolean isValid(long seed, Random random) throws IOException;
  }

  /** Fails when an attempt throws or hangs, or when all or none of the files are of use. */
  public static void attempt(Attempt attempt) {
    long first = Long.getLong("nncf.seed", 1);
    int count = Integer.getInteger("nncf.mutations", 1000);
    int valid = 0;
    for (long seed = first; seed < first + count; seed++) {
      valid += attempt(attempt, seed) ? 1 : 0;
    }
    if (count > 1 && (valid == 0 || valid == count)) {
      throw new AssertionError(valid + " of " + count + " damaged files were of use");
    }
  }

  private static boolean attempt(Attempt attempt, long seed) {
    try {
      return Assertions.assertTimeoutPreemptively(
          HANGS, () -> attempt.isValid(seed, new Random(seed)));
    } catch (TestAbortedException e) {
      // There are no files to damage.
      throw e;
    } catch (Throwable e) {
      // Whatever it is, memory running out included: the seed makes it again.
      throw new AssertionError("-Dnncf.seed=" + seed + ": " + e, e);
    }
  }
}
