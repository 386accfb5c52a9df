package io.nncf4j.compression.quantization;

import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.ActivationPlacement.InputUse;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Puts the quantizers of a plan into a graph, as FakeQuantize nodes with known grids. */
final class InsertQuantizers {
  private final Graph graph;
  private final GraphEditor editor;
  private final QuantizationPlan plan;
  private final QuantizerGrids grids;
  private final Map<String, Tensor> biases;
  private final Map<String, IntegerGrid> inputGrids = new HashMap<>();

  private InsertQuantizers(
      Graph graph, QuantizationPlan plan, QuantizerGrids grids, Map<String, Tensor> biases) {
    this.biases = biases;
    this.graph = graph;
    this.plan = plan;
    this.grids = grids;
    editor = new GraphEditor(graph);
  }

  /**
   * @param biases corrected biases by node name; other nodes keep theirs
   */
  static Model apply(
      Model model, QuantizationPlan plan, QuantizerGrids grids, Map<String, Tensor> biases) {
    Graph quantized = new InsertQuantizers(model.graph(), plan, grids, biases).run();
    return model
        .withGraph(quantized)
        .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
  }

  private Graph run() {
    for (ActivationPlacement placement : plan.activations()) {
      if (placement.uses().isEmpty()) {
        graph
            .uses(placement.value())
            .forEach(use -> remember(placement, use.node().name(), use.index()));
      }
      placement.uses().forEach(use -> remember(placement, use.node(), use.input()));
    }
    plan.weights().forEach(this::biasAndWeight);
    plan.activations().forEach(this::activation);
    return editor.removeUnused().build();
  }

  private void remember(ActivationPlacement placement, String node, int input) {
    inputGrids.put(node + ":" + input, grids.grid(placement));
  }

  private void activation(ActivationPlacement placement) {
    FakeQuantize quantizer = FakeQuantize.ofGrid(grids.grid(placement), placement.channelAxis());
    String value = placement.value();
    int rank = rank(value);
    if (placement.uses().isEmpty()) {
      GraphEditor.Splice cut = editor.splice(value);
      quantizer.addTo(editor, value + ".quantizer", cut.source(), cut.target(), rank);
      return;
    }
    String target = editor.freshName(value + ".quantized");
    quantizer.addTo(editor, value + ".quantizer", value, target, rank);
    for (ActivationPlacement.InputUse use : placement.uses()) {
      editor.redirect(use.node(), use.input(), target);
    }
  }

  private void biasAndWeight(WeightPlacement placement) {
    Node node = editor.node(placement.node());
    Tensor weight = graph.constant(placement.value());
    if (weight == null) {
      throw new IllegalStateException("no weight " + placement.value());
    }
    IntegerGrid grid = grids.grid(placement);
    Tensor corrected = biases.get(node.name());
    if (corrected != null) {
      String name = editor.addConstant(node.name() + ".corrected_bias", corrected);
      InputUse use = LayerBias.of(graph, node);
      if (use != null) {
        editor.redirect(use.node(), use.input(), name);
      }
    }
    int biasInput = QuantizeBiases.biasInput(editor.node(node.name()), placement);
    IntegerGrid input = inputGrids.get(node.name() + ":0");
    Tensor bias =
        corrected != null || biasInput < 0 ? corrected : graph.constant(node.input(biasInput));
    if (biasInput >= 0 && input != null && bias != null && bias.rank() == 1) {
      boolean hasFloatKernel =
          grid.type().bits() != Byte.SIZE
              || input.type().bits() > Byte.SIZE
              || (!hasFineSteps(grid) && isClippedConvolution(node));
      if (hasFloatKernel && bias.dataType() == DataType.FLOAT32) {
        QuantizeBiases.applyExactly(editor, editor.node(node.name()), biasInput, bias);
      } else if (!input.isPerChannel()
          && input.type().bits() <= Byte.SIZE
          && hasFineSteps(input)
          && hasFineSteps(grid)) {
        float inputScale = input.scale().floatAt(0);
        grid = QuantizeBiases.roomForBias(grid, inputScale, bias);
        QuantizeBiases.apply(editor, editor.node(node.name()), biasInput, bias, inputScale, grid);
      }
    }
    String target = editor.freshName(placement.value() + ".quantized");
    FakeQuantize.ofGrid(grid, Math.floorMod(placement.channelAxis(), weight.rank()))
        .addTo(editor, placement.value() + ".quantizer", placement.value(), target, weight.rank());
    editor.redirect(node.name(), placement.input(), target);
  }

  /**
   * A convolution whose results are clipped before they are quantized, or not quantized at all: an
   * integer kernel, which would take the bias for one in steps of the products, never runs it.
   */
  private boolean isClippedConvolution(Node node) {
    if (!node.is("Conv")) {
      return false;
    }
    String value = node.output(0);
    while (graph.hasSingleUse(value) && graph.uses(value).get(0).node().is("Relu", "Clip")) {
      if (isQuantizedWithoutClip(value)) {
        return false;
      }
      value = graph.uses(value).get(0).node().output(0);
    }
    return !isQuantizedWithoutClip(value);
  }

  private boolean isQuantizedWithoutClip(String value) {
    return plan.activations().stream()
        .filter(placement -> placement.value().equals(value))
        .anyMatch(placement -> grids.grid(placement).usesEveryCode());
  }

  /**
   * With few bits a step of the products is too coarse for a bias; nor are there integer kernels
   * for them that would want one.
   */
  private static boolean hasFineSteps(IntegerGrid grid) {
    return grid.levels() >= 127;
  }

  private int rank(String value) {
    Shape shape = graph.tensorType(value).shape();
    return shape == null ? 4 : shape.rank();
  }
}
