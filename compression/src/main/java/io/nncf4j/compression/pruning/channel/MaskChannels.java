package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts zeros in place of channels wherever they are computed, and keeps all shapes: what removal is
 * measured against.
 *
 * <pre>
 *   Conv -- y            Conv -- Mul(mask of 0 and 1) -- y
 * </pre>
 */
public final class MaskChannels {
  private final ChannelAnalysis analysis;

  public MaskChannels(ChannelAnalysis analysis) {
    this.analysis = analysis;
  }

  /** The model with zeros for these units. */
  public Model mask(Collection<ChannelUnit> units) {
    KeptChannels kept = RemoveChannels.kept(analysis, units);
    Graph graph = analysis.model().graph();
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        Place place = Place.ofValue(output);
        if (!output.isEmpty()
            && kept.isCut(place)
            && graph.tensorType(output).dataType() == DataType.FLOAT32) {
          mask(editor, kept, place);
        }
      }
    }
    return analysis.model().withGraph(editor.build());
  }

  private static void mask(GraphEditor editor, KeptChannels kept, Place place) {
    int rank = kept.rank(place);
    for (int dimension = 0; dimension < rank; dimension++) {
      int @Nullable [] staying = kept.of(place, dimension);
      if (staying == null) {
        continue;
      }
      float[] mask = new float[(int) kept.lengthBefore(place, dimension)];
      for (int index : staying) {
        mask[index] = 1;
      }
      long[] shape = new long[rank];
      Arrays.fill(shape, 1);
      shape[dimension] = mask.length;
      GraphEditor.Splice splice = editor.splice(place.value());
      String constant = editor.addConstant(place.value() + "_mask", Tensor.ofFloats(mask, shape));
      editor.add(
          Node.onnx(
              editor.freshName(place.value() + "_masked"),
              "Mul",
              Attributes.NONE,
              List.of(splice.source(), constant),
              List.of(splice.target())));
    }
  }
}
