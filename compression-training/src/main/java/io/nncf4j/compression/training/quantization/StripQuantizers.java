package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.QuantizedForm;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.training.masks.RoundBiases;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the integer model out of a trained one.
 *
 * <p>The learned quantizers are taken out and weights set to their quantized reals; normalising
 * folds batch-norm (and any other affine layer) into them; then quantizers with known grids are put
 * in. A fold multiplies channel c of a weight by some factor f[c], so it stays on a grid with the
 * same integers:
 *
 * <pre>
 *   W[c] = (code − zero) · scale        f[c] · W[c] = (code' − zero') · |f[c]| · scale
 *   f[c] ≥ 0: code' = code, zero' = zero     f[c] &lt; 0: code' = L + H − code, zero' = L + H − zero
 * </pre>
 *
 * with L and H the lowest and highest code. Channels that would have different zero points are
 * counted from zero instead, see {@link FoldedGrid}.
 */
final class StripQuantizers {
  private final QuantizationPlan plan;
  private final List<TrainedQuantizer> quantizers;
  private final Graph trained;
  private final Map<QuantizerPlacement, IntegerGrid> grids = new HashMap<>();

  private StripQuantizers(QuantizationPlan plan, List<TrainedQuantizer> quantizers, Graph trained) {
    this.plan = plan;
    this.quantizers = quantizers;
    this.trained = trained;
  }

  /**
   * The integer model.
   *
   * @param model the trained model with its learned quantizers
   * @param disabled names of quantizers that are switched off; they leave nothing behind
   */
  static Model apply(
      Model model, QuantizationPlan plan, List<TrainedQuantizer> quantizers, Set<String> disabled) {
    return new StripQuantizers(plan, quantizers, RoundBiases.remove(model.graph()))
        .run(model, disabled);
  }

  private Model run(Model model, Set<String> disabled) {
    GraphEditor editor = new GraphEditor(trained);
    Set<QuantizerPlacement> off = new HashSet<>();
    Map<String, IntegerGrid> weightGrids = new HashMap<>();
    for (TrainedQuantizer quantizer : quantizers) {
      Node node = editor.node(quantizer.node());
      String value = node.input(0);
      editor.readers(node.output(0)).forEach(each -> editor.redirect(each, node.output(0), value));
      editor.remove(node.name());
      if (disabled.contains(quantizer.node())) {
        off.add(quantizer.placement());
        continue;
      }
      IntegerGrid grid = grid(quantizer);
      if (quantizer.placement() instanceof WeightPlacement placement) {
        Tensor weight = constant(value);
        int axis = Math.floorMod(placement.channelAxis(), weight.rank());
        editor.constant(value, grid.dequantize(grid.quantize(weight, axis), axis));
        weightGrids.put(value, grid);
      } else {
        grids.put(quantizer.placement(), grid);
      }
    }
    Model plain = model.withGraph(editor.removeUnused().build());
    Model folded = ShapeInference.infer(Normalization.standard().apply(plain).model());
    return QuantizedForm.of(folded, foldedPlan(plain, folded, weightGrids, off), grids);
  }

  /** Activations keep their codes in an unsigned type: the form that runtimes fuse. */
  private IntegerGrid grid(TrainedQuantizer quantizer) {
    LearnedRange range = quantizer.range();
    Tensor high = flat(constant(quantizer.high()));
    Tensor low = flat(constant(quantizer.low()));
    boolean isSigned = quantizer.isWeight() && range.symmetric() && range.lowestCode() < 0;
    long first = isSigned ? range.lowestCode() : 0;
    return range.grid(low, high, type(range.levels(), isSigned, quantizer.isWeight()), first);
  }

  private static DataType type(int levels, boolean signed, boolean isWeight) {
    if (levels <= 16 && isWeight) {
      return signed ? DataType.INT4 : DataType.UINT4;
    }
    if (levels <= 256) {
      return signed ? DataType.INT8 : DataType.UINT8;
    }
    return signed ? DataType.INT16 : DataType.UINT16;
  }

  private Tensor constant(String name) {
    Tensor found = trained.constant(name);
    if (found == null) {
      throw new NncfException("The trained model has lost the constant \"" + name + "\"");
    }
    return found;
  }

  private static Tensor flat(Tensor range) {
    return range.size() == 1 ? range.reshape() : range.reshape(range.size());
  }

  private QuantizationPlan foldedPlan(
      Model plain,
      Model folded,
      Map<String, IntegerGrid> weightGrids,
      Set<QuantizerPlacement> off) {
    List<QuantizerPlacement> placements = new ArrayList<>();
    for (ActivationPlacement placement : plan.activations()) {
      if (!off.contains(placement)) {
        placements.add(placement);
      }
    }
    for (WeightPlacement placement : plan.weights()) {
      IntegerGrid grid =
          weightGrids.get(InsertLearnedQuantizers.weightOf(plain.graph(), placement));
      if (grid == null) {
        continue;
      }
      WeightPlacement now =
          new WeightPlacement(
              placement.node(),
              placement.input(),
              InsertLearnedQuantizers.weightOf(folded.graph(), placement),
              placement.quantizer(),
              placement.channelAxis(),
              placement.unifiedGroup());
      Tensor before = InsertLearnedQuantizers.weight(plain.graph(), placement);
      Tensor after = InsertLearnedQuantizers.weight(folded.graph(), placement);
      placements.add(now);
      grids.put(now, FoldedGrid.of(grid, before, after, placement.channelAxis()));
    }
    return new QuantizationPlan(plan.options(), placements, plan.floatNodes(), plan.findings());
  }
}
