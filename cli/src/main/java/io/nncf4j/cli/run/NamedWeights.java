package io.nncf4j.cli.run;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.StateDictionary;
import io.nncf4j.formats.pytorch.WeightsByName;
import io.nncf4j.formats.safetensors.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A file of tensors by name, whose graph stands in another file.
 *
 * @param file a state dictionary of PyTorch, or a Safetensors file
 * @param partly whether the graph keeps its own tensors where the file has none
 */
public record NamedWeights(Path file, boolean partly) {
  private static final int NAMES_SHOWN = 10;
  private static final String STATISTICS = ".*running_(mean|var)";

  /**
   * The model with the tensors of the file in the constants of the same names.
   *
   * @param graph what messages call the model
   * @throws InputException naming the tensors that are missing or have another shape
   */
  Model into(Model model, Path graph, Collection<Finding> findings) {
    WeightsByName.Loaded loaded = load(model, graph);
    findings.add(
        Finding.information(
            "weights-loaded", loaded.loaded().size() + " constants were taken from " + file));
    if (!loaded.converted().isEmpty()) {
      findings.add(
          Finding.information(
              "weights-converted",
              "Floating-point numbers of another type were rounded to that of the graph: "
                  + named(loaded.converted())));
    }
    List<String> statistics =
        loaded.unused().stream().filter(name -> name.matches(STATISTICS)).toList();
    if (!statistics.isEmpty()) {
      throw new InputException(
          graph
              + " has no place for the batch normalization of "
              + file
              + ", "
              + named(statistics)
              + ": it was folded into the graph's own weights; give a graph that keeps it, as"
              + " torch.onnx.export(..., training=TrainingMode.PRESERVE) writes");
    }
    if (!loaded.missing().isEmpty()) {
      missing(loaded.missing(), graph, findings);
    }
    if (!loaded.unused().isEmpty()) {
      findings.add(
          Finding.warning(
              "weights-unused", "The graph has no constants of the names " + loaded.unused()));
    }
    return loaded.model();
  }

  private WeightsByName.Loaded load(Model model, Path graph) {
    try {
      return WeightsByName.load(model, tensors());
    } catch (InputException e) {
      throw new InputException(file + " and " + graph + ": " + e.getMessage(), e);
    }
  }

  private void missing(Set<String> missing, Path graph, Collection<Finding> findings) {
    if (!partly) {
      throw new InputException(
          file
              + " has nothing for "
              + named(missing)
              + " of "
              + graph
              + "; where the graph's own values are right, give --partial-weights");
    }
    findings.add(
        Finding.warning(
            "weights-missing", "The graph keeps its own values of the constants " + missing));
  }

  private static String named(Collection<String> names) {
    int hidden = names.size() - NAMES_SHOWN;
    return names.stream().limit(NAMES_SHOWN).toList()
        + (hidden > 0 ? " and " + hidden + " more" : "");
  }

  private Map<String, Tensor> tensors() {
    if (!Files.exists(file)) {
      throw new InputException("There is no file " + file + ": give the file of the weights");
    }
    if (!Files.isRegularFile(file)) {
      throw new InputException(file + " is no file: give the file of the weights");
    }
    boolean safe = file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    return safe ? Safetensors.read(file).tensors() : StateDictionary.read(file).tensors();
  }
}
