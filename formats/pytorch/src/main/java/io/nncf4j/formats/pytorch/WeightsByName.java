package io.nncf4j.formats.pytorch;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts the tensors of a state dictionary into a graph whose constants have the same names, such as
 * one built with layers or exported to ONNX with its parameter names.
 */
public final class WeightsByName {
  /** Wrappers that put their own name in front of all others. */
  private static final List<String> PREFIXES = List.of("module.", "model.", "_orig_mod.");

  /** Counters that training keeps and no graph needs. */
  private static final String COUNTER = "num_batches_tracked";

  /**
   * @param model with the weights of the dictionary
   * @param loaded names of constants that were replaced
   * @param missing float constants of more than one element for which the dictionary has nothing
   * @param unused names of the dictionary that the graph has not
   * @param converted those of the loaded that had another floating-point type in the dictionary
   */
  public record Loaded(
      Model model,
      Set<String> loaded,
      Set<String> missing,
      Set<String> unused,
      Set<String> converted) {
    public Loaded {
      loaded = Set.copyOf(loaded);
      converted = new TreeSet<>(converted);
      missing = new TreeSet<>(missing);
      unused = new TreeSet<>(unused);
    }
  }

  private WeightsByName() {}

  /**
   * Floating-point numbers are rounded to the type of the graph.
   *
   * @throws InputException when nothing fits, or a tensor has another shape than the constant of
   *     its name, or numbers that its type does not hold; all are listed
   */
  public static Loaded load(Model model, Map<String, Tensor> tensors) {
    Graph graph = model.graph();
    Map<String, Tensor> named = respelled(graph, withoutPrefix(graph, tensors));
    GraphEditor editor = new GraphEditor(graph);
    Set<String> loaded = new TreeSet<>();
    Set<String> unused = new TreeSet<>();
    Set<String> converted = new TreeSet<>();
    List<String> problems = new ArrayList<>();
    named.forEach(
        (name, tensor) -> {
          Tensor old = graph.constant(name);
          if (old == null) {
            if (!name.endsWith(COUNTER)) {
              unused.add(name);
            }
            return;
          }
          Tensor fitting = fitting(tensor, old);
          if (fitting == null) {
            problems.add(
                "\"" + name + "\" is " + tensor + " in the file, " + old + " in the graph");
            return;
          }
          if (fitting.dataType() != tensor.dataType()) {
            converted.add(name);
          }
          editor.constant(name, fitting);
          loaded.add(name);
        });
    if (!problems.isEmpty()) {
      throw new InputException(
          "Weights do not fit: "
              + String.join("; ", problems)
              + "; give floating-point weights of this very graph");
    }
    if (loaded.isEmpty()) {
      throw new InputException(
          "No tensor of the file has a name of the graph's constants: the file has "
              + first(tensors.keySet())
              + ", the graph "
              + first(graph.constants().keySet()));
    }
    Set<String> missing = new TreeSet<>();
    graph
        .constants()
        .forEach(
            (name, tensor) -> {
              boolean weight = tensor.dataType().isFloatingPoint() && tensor.size() > 1;
              if (weight && !loaded.contains(name)) {
                missing.add(name);
              }
            });
    return new Loaded(model.withGraph(editor.build()), loaded, missing, unused, converted);
  }

  /** The tensor in the type of the constant, null where shape, kind or size of numbers differ. */
  private static @Nullable Tensor fitting(Tensor tensor, Tensor constant) {
    DataType type = constant.dataType();
    if (!Arrays.equals(constant.shape(), tensor.shape())) {
      return null;
    }
    if (type == tensor.dataType()) {
      return tensor;
    }
    if (!type.isFloatingPoint() || !tensor.dataType().isFloatingPoint()) {
      return null;
    }
    Tensor rounded = Tensor.ofDoubles(type, tensor.toDoubles(), tensor.shape());
    for (int index = 0; index < rounded.size(); index++) {
      if (Double.isInfinite(rounded.doubleAt(index)) && Double.isFinite(tensor.doubleAt(index))) {
        return null;
      }
    }
    return rounded;
  }

  private static String first(Set<String> names) {
    return names.stream().limit(3).toList().toString();
  }

  /**
   * Where no name fits, names that differ only in what stands between their words: {@code
   * conv1.weight} is {@code conv1_weight} of a graph that another tool wrote.
   */
  private static Map<String, Tensor> respelled(Graph graph, Map<String, Tensor> tensors) {
    if (tensors.keySet().stream().anyMatch(name -> graph.constant(name) != null)) {
      return tensors;
    }
    Map<String, List<String>> spellings = new LinkedHashMap<>();
    for (String name : graph.constants().keySet()) {
      spellings.computeIfAbsent(words(name), key -> new ArrayList<>()).add(name);
    }
    Map<String, Tensor> result = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          List<String> found = spellings.getOrDefault(words(name), List.of());
          result.put(found.size() == 1 ? found.get(0) : name, tensor);
        });
    return result;
  }

  private static String words(String name) {
    return name.replaceAll("[^A-Za-z0-9]+", ".");
  }

  private static Map<String, Tensor> withoutPrefix(Graph graph, Map<String, Tensor> tensors) {
    for (String prefix : PREFIXES) {
      boolean all =
          !tensors.isEmpty() && tensors.keySet().stream().allMatch(name -> name.startsWith(prefix));
      if (all && tensors.keySet().stream().noneMatch(name -> graph.constant(name) != null)) {
        Map<String, Tensor> shorter = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shorter.put(name.substring(prefix.length()), tensor));
        return withoutPrefix(graph, shorter);
      }
    }
    return tensors;
  }
}
