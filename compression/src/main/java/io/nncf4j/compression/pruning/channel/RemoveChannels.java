package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Removes channels: weights, biases, parameters of normalisations and what later layers hold for
 * them become smaller, and so does all that is computed.
 *
 * <p>The result computes what the model would with zeros in place of the channels wherever they
 * occur (see {@link MaskChannels}).
 */
public final class RemoveChannels {
  private record Cut(String constant, List<List<Integer>> kept) {}

  private final ChannelAnalysis analysis;

  public RemoveChannels(ChannelAnalysis analysis) {
    this.analysis = analysis;
  }

  /**
   * The model without these units.
   *
   * @param units some of the analysis, of each group at least one less than it has
   * @throws InputException when nothing would be left of some tensor
   */
  public Model remove(Collection<ChannelUnit> units) {
    if (units.isEmpty()) {
      return analysis.model();
    }
    KeptChannels kept = kept(analysis, units);
    Graph graph = analysis.model().graph();
    GraphEditor editor = new GraphEditor(graph);
    Map<Cut, String> cuts = new HashMap<>();
    Map<String, Tensor> tensors = new HashMap<>();
    for (Node node : graph.nodes()) {
      NodeResize resize = new NodeResize(graph, editor, kept, node);
      cutConstants(resize, kept, editor, cuts, tensors);
      ChannelRules.of(node).resize(resize);
      if (resize.result() != node) {
        editor.replace(resize.result());
      }
      for (String output : node.outputs()) {
        retype(graph, editor, kept, output);
      }
    }
    keepNames(editor, cuts, tensors);
    Graph smaller = editor.removeUnused().build();
    return verified(analysis.model().withGraph(smaller));
  }

  /** What is left of a constant takes its name where nobody reads the whole any more. */
  private static void keepNames(
      GraphEditor editor, Map<Cut, String> cuts, Map<String, Tensor> tensors) {
    Map<String, List<String>> versions = new TreeMap<>();
    cuts.forEach(
        (cut, name) ->
            versions.computeIfAbsent(cut.constant(), key -> new ArrayList<>()).add(name));
    versions.forEach(
        (constant, names) -> {
          String cut = names.get(0);
          if (names.size() == 1 && editor.readers(constant).isEmpty()) {
            editor.constant(constant, Objects.requireNonNull(tensors.get(cut)));
            editor.readers(cut).forEach(reader -> editor.redirect(reader, cut, constant));
            editor.removeConstant(cut);
          }
        });
  }

  /** What stays of every tensor without these units. */
  public static KeptChannels kept(ChannelAnalysis analysis, Collection<ChannelUnit> units) {
    BitSet roots = new BitSet();
    units.forEach(unit -> roots.set(unit.id()));
    return new KeptChannels(analysis.space(), roots);
  }

  private static void cutConstants(
      NodeResize resize,
      KeptChannels kept,
      GraphEditor editor,
      Map<Cut, String> cuts,
      Map<String, Tensor> tensors) {
    Node node = resize.node();
    for (int index = 0; index < node.inputs().size(); index++) {
      if (!node.hasInput(index)) {
        continue;
      }
      Place place = resize.input(index);
      Tensor constant = place.isConstant() ? resize.constant(index) : null;
      if (constant == null || !kept.isCut(place)) {
        continue;
      }
      List<List<Integer>> staying =
          java.util.stream.IntStream.range(0, constant.rank())
              .mapToObj(dimension -> staying(kept.of(place, dimension)))
              .toList();
      String name =
          cuts.computeIfAbsent(
              new Cut(place.value(), staying),
              cut -> {
                Tensor smaller = cut(constant, place, kept);
                String fresh = editor.addConstant(place.value() + "_cut", smaller);
                tensors.put(fresh, smaller);
                return fresh;
              });
      resize.cut(index, name);
    }
  }

  private static List<Integer> staying(int @Nullable [] kept) {
    return kept == null ? List.of() : Arrays.stream(kept).boxed().toList();
  }

  private static Tensor cut(Tensor constant, Place place, KeptChannels kept) {
    Tensor smaller = constant;
    for (int dimension = 0; dimension < constant.rank(); dimension++) {
      int[] staying = kept.of(place, dimension);
      if (staying != null) {
        smaller = TensorCut.along(smaller, dimension, staying);
      }
    }
    return smaller;
  }

  private static void retype(Graph graph, GraphEditor editor, KeptChannels kept, String output) {
    Shape shape = output.isEmpty() ? null : graph.tensorType(output).shape();
    Place place = Place.ofValue(output);
    if (shape == null || !kept.isCut(place)) {
      return;
    }
    for (int dimension = 0; dimension < shape.rank(); dimension++) {
      int[] staying = kept.of(place, dimension);
      if (staying == null) {
        continue;
      }
      if (staying.length == 0) {
        throw new InputException(
            "Nothing would be left of \""
                + output
                + "\": remove fewer channels of the layers that make it");
      }
      shape = shape.with(dimension, Dimension.of(staying.length));
    }
    TensorType type = graph.tensorType(output);
    editor.type(output, type.withShape(shape));
  }

  private static Model verified(Model model) {
    ShapeInference.Result result = ShapeInference.analyse(model);
    if (!result.findings().isEmpty()) {
      throw new NncfException(
          "Channels were removed wrongly, which is an error of this program: "
              + result.findings().get(0));
    }
    return result.model();
  }
}
