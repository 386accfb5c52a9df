package io.nncf4j.cli.run;

import io.nncf4j.core.Finding;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that a verb was given.
 *
 * @param file the model, or the graph alone where its weights come from another file
 * @param weights the file of the weights; null when the model's own are meant
 */
public record GivenModel(Path file, @Nullable NamedWeights weights) {
  /** A model with its own weights. */
  public static GivenModel of(Path file) {
    return new GivenModel(file, null);
  }

  /**
   * Reads a model of any format.
   *
   * @param findings told of tensors that were not used
   * @throws io.nncf4j.core.InputException as {@link ModelFiles#read} and {@link NamedWeights#into}
   */
  public Model read(Collection<Finding> findings) {
    return withWeights(ModelFiles.read(file), findings);
  }

  /**
   * Looks at the places of an output before long work.
   *
   * @param beside what else will be written
   * @throws io.nncf4j.core.InputException when a file is in the way, or one that is read would be
   *     written over
   */
  public void checkOutput(Path output, List<Path> beside, boolean force) {
    ModelFiles.checkOutput(file, output, beside, force);
    if (weights != null) {
      ModelFiles.checkKept(weights.file(), "the file of --weights", output, beside);
    }
  }

  /** What was read of the file, with the weights of the other. */
  public Model withWeights(Model read, Collection<Finding> findings) {
    return weights == null ? read : weights.into(read, file, findings);
  }

  /**
   * Likewise {@link #read}, with quantizers in the form that engines run.
   *
   * @throws io.nncf4j.core.InputException also when the model is not valid
   */
  public Model readRunnable(Collection<Finding> findings) {
    Model verified = ReadModel.verified(file, read(findings));
    return RunnableModel.lowered(verified).model();
  }
}
