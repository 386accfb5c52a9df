package io.nncf4j.cli.run;

import io.nncf4j.cli.console.Numbers;
import io.nncf4j.core.InputException;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.SessionOptions;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the verbs that compress a model with samples have in common; a mixin. */
public final class CompressionOptions {
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "YAML",
      description = "Description of the data set.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private Path data;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Model file to write.")
  @SuppressWarnings("NullAway.Init")
  private Path output;

  @Option(
      names = "--subset-size",
      paramLabel = "COUNT",
      description = "Most samples to compress with (default: ${DEFAULT-VALUE}).")
  private int subsetSize = 300;

  @Option(
      names = "--seed",
      description = "Decides which samples are used (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Mixin private final EvaluatedSamples samples = new EvaluatedSamples();

  @Option(
      names = "--no-evaluate",
      description = "Measure no metric and no agreement on the samples.")
  private boolean withoutEvaluation;

  @Option(names = "--no-report", description = "Write no HTML page and no record of the run.")
  private boolean withoutReport;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Threads (default: all cores, up to two).")
  private int threads = SessionOptions.defaults().threads();

  @Option(names = "--force", description = "Write over existing files.")
  private boolean force;

  /**
   * @throws InputException when options exclude each other or a number makes no sense
   */
  public void check() {
    Numbers.between("--threads", threads, 1, SessionOptions.MAXIMUM_THREADS);
    Numbers.positive("--subset-size", subsetSize);
    samples.check();
    if (samples.isLimited() && withoutEvaluation) {
      throw new InputException(
          "--samples and --no-evaluate exclude each other: nothing is measured on samples");
    }
  }

  public DatasetDescription description() {
    return DatasetDescription.read(data);
  }

  /**
   * @param source what the description opens
   */
  public JobData data(SampleSource source, DatasetDescription description) {
    return new JobData(
        source.withUnlabelled().shuffled(seed),
        seed,
        samples.of(source),
        description.metric(),
        description.output(),
        data.toString());
  }

  public JobFiles files() {
    return new JobFiles(model.model(), output, force);
  }

  public int subsetSize() {
    return subsetSize;
  }

  public int threads() {
    return threads;
  }

  public boolean evaluates() {
    return !withoutEvaluation;
  }

  public boolean reports() {
    return !withoutReport;
  }
}
