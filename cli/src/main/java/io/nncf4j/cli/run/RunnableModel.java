package io.nncf4j.cli.run;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import java.nio.file.Path;

/** Models in the form that engines run: quantizers as QuantizeLinear and DequantizeLinear. */
public final class RunnableModel {
  private RunnableModel() {}

  /**
   * Reads a model of any format and lowers its quantizers.
   *
   * @throws io.nncf4j.core.InputException as {@link ModelFiles#read}
   */
  public static Model read(Path file) {
    return new LowerFakeQuantize().apply(ModelFiles.read(file)).model();
  }
}
