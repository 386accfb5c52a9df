package io.nncf4j.cli.run;

import io.nncf4j.cli.console.Numbers;
import io.nncf4j.data.SampleSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that limits what is measured on; a mixin. */
public final class EvaluatedSamples {
  /** Decides which samples are taken: not the order in which calibration takes them by default. */
  private static final long SEED = 0x5eed;

  @Option(
      names = "--samples",
      paramLabel = "COUNT",
      description =
          "Measure on this many samples, chosen evenly by chance but always the same (default: all).")
  private @Nullable Integer count;

  /**
   * @throws io.nncf4j.core.InputException when the number makes no sense
   */
  public void check() {
    if (count != null) {
      Numbers.positive("--samples", count);
    }
  }

  public boolean isLimited() {
    return count != null;
  }

  /** The samples to measure on. */
  public SampleSource of(SampleSource all) {
    return count == null ? all : all.shuffled(SEED).first(count);
  }
}
