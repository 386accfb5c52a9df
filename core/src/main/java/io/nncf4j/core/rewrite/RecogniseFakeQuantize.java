package io.nncf4j.core.rewrite;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads pairs of QuantizeLinear and DequantizeLinear, and integer constants behind
 * DequantizeLinear, as FakeQuantize: the reverse of {@link LowerFakeQuantize}.
 *
 * <pre>
 *   x -- QuantizeLinear -- codes -- DequantizeLinear -- y        x -- FakeQuantize -- y
 *
 *   integer constant -- DequantizeLinear -- y       float constant -- FakeQuantize -- y
 * </pre>
 *
 * <p>Scale, zero point and type are kept on the node, so that lowering gives back the same codes.
 * Both nodes of a pair must have the same constant scale and zero point, and no block size; one may
 * repeat for every channel what the other has once. Pairs that share their codes become one. Of
 * constants, of 32-bit integers (biases) and of floats stay.
 *
 * @param includeConstants whether integer constants are recognised too; they then take the memory
 *     of float32
 */
public record RecogniseFakeQuantize(boolean includeConstants) implements Pass {
  /** Activations and weights. */
  public static RecogniseFakeQuantize all() {
    return new RecogniseFakeQuantize(true);
  }

  @Override
  public PassResult apply(Model model) {
    PassResult recognised = Scope.rewrite(model, this::recognise);
    return recognised.hasChanged()
        ? PassResult.of(
            model,
            recognised.model().withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION),
            recognised.findings())
        : recognised;
  }

  private Graph recognise(Scope scope) {
    GraphEditor editor = scope.editor();
    boolean changed = false;
    Map<String, Known> known = new HashMap<>();
    for (Node node : scope.graph().nodes()) {
      if (node.is("DequantizeLinear")) {
        try {
          changed |= recognise(node, scope, editor, known);
        } catch (InputException e) {
          scope.report(
              Finding.information(
                  "quantizer-not-recognised", String.valueOf(e.getMessage()), node.name()));
        }
      }
    }
    return changed ? editor.removeUnused().build() : scope.graph();
  }

  /** What the first pair of some codes became. */
  private record Known(IntegerGrid grid, int axis, String value) {}

  private boolean recognise(
      Node dequantize, Scope scope, GraphEditor editor, Map<String, Known> known) {
    String codes = dequantize.input(0);
    Tensor constant = scope.constant(codes);
    Node quantize = scope.graph().producer(codes);
    IntegerGrid grid;
    String source;
    Shape shape;
    int axis = Math.toIntExact(dequantize.intAttribute("axis", 1));
    if (constant != null) {
      if (!includeConstants || constant.dataType().bits() > 16) {
        return false;
      }
      grid = grid(dequantize, constant.dataType(), scope);
      if (grid == null) {
        return false;
      }
      source = editor.addConstant(codes + ".real", grid.dequantize(constant, axis));
      shape = Shape.of(constant.shape());
    } else if (quantize != null && quantize.is("QuantizeLinear")) {
      DataType type = quantizedType(quantize, scope);
      IntegerGrid before = type == null ? null : grid(quantize, type, scope);
      grid = type == null ? null : grid(dequantize, type, scope);
      if (grid != null && before != null && grid.isPerChannel() != before.isPerChannel()) {
        grid = once(grid);
        before = once(before);
      }
      boolean sameAxis =
          grid == null || !grid.isPerChannel() || quantize.intAttribute("axis", 1) == axis;
      if (grid == null || !grid.equals(before) || !sameAxis) {
        return false;
      }
      source = quantize.input(0);
      shape = scope.tensorType(source).shape();
    } else {
      return false;
    }
    if (grid.isPerChannel() && shape == null) {
      throw new InputException("the rank of its input is not known");
    }
    editor.remove(dequantize.name());
    Known same = known.get(codes);
    if (same != null && same.grid().equals(grid) && (!grid.isPerChannel() || same.axis() == axis)) {
      editor.redirect(dequantize.output(0), same.value());
      return true;
    }
    known.putIfAbsent(codes, new Known(grid, axis, dequantize.output(0)));
    FakeQuantize.ofGrid(grid, axis)
        .addTo(
            editor,
            dequantize.name(),
            source,
            dequantize.output(0),
            shape == null ? -1 : shape.rank());
    return true;
  }

  /** A grid that has the same scale and zero point for all channels, for all of them at once. */
  private static IntegerGrid once(IntegerGrid grid) {
    for (int channel = 1; channel < grid.scale().size(); channel++) {
      if (grid.scale().doubleAt(channel) != grid.scale().doubleAt(0)
          || grid.zeroPoint().longAt(channel) != grid.zeroPoint().longAt(0)) {
        return grid;
      }
    }
    Tensor scale =
        Tensor.ofDoubles(grid.scale().dataType(), new double[] {grid.scale().doubleAt(0)});
    Tensor zeroPoint =
        Tensor.ofDoubles(grid.zeroPoint().dataType(), new double[] {grid.zeroPoint().doubleAt(0)});
    return IntegerGrid.full(scale, zeroPoint);
  }

  /** Type of the codes, which the zero point or an attribute tells; null when it is no integer. */
  private static @Nullable DataType quantizedType(Node quantize, Scope scope) {
    DataType type = DataType.UINT8;
    if (quantize.hasInput(2)) {
      Tensor zeroPoint = scope.constant(quantize.input(2));
      type = zeroPoint == null ? null : zeroPoint.dataType();
    } else if (quantize.intAttribute("output_dtype", 0) != 0) {
      type = scope.tensorType(quantize.output(0)).dataType();
    }
    return type != null && type.isInteger() ? type : null;
  }

  private static @Nullable IntegerGrid grid(Node node, DataType type, Scope scope) {
    Tensor scale = scope.constant(node.input(1));
    if (!type.isInteger()
        || scale == null
        || scale.rank() > 1
        || node.intAttribute("block_size", 0) != 0) {
      return null;
    }
    Tensor zeroPoint =
        node.hasInput(2)
            ? scope.constant(node.input(2))
            : Tensor.ofDoubles(type, new double[scale.size()], scale.shape());
    if (zeroPoint == null || !Arrays.equals(zeroPoint.shape(), scale.shape())) {
      return null;
    }
    // ONNX exporters write scalars as vectors of one element too.
    return scale.size() == 1
        ? IntegerGrid.full(scale.reshape(), zeroPoint.reshape())
        : IntegerGrid.full(scale, zeroPoint);
  }
}
