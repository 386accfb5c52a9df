package io.nncf4j.engines.libtorch.operators;

import static io.nncf4j.engines.libtorch.operators.Operations.scoped;

import io.nncf4j.core.graph.Node;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reductions over axes, and what counts along them. */
final class ReductionOperators {
  private ReductionOperators() {}

  /** A reduction of a tensor over at least one axis. */
  private interface Reduction {
    Tensor reduce(Tensor input, long[] axes, boolean keep);
  }

  static void addTo(OperatorTable table) {
    reduction(table, "ReduceSum", ReductionOperators::sum);
    reduction(table, "ReduceMean", ReductionOperators::mean);
    reduction(table, "ReduceMax", ReductionOperators::maximum);
    reduction(table, "ReduceMin", ReductionOperators::minimum);
    reduction(table, "ReduceProd", ReductionOperators::product);
    reduction(table, "ReduceL1", (x, axes, keep) -> sum(torch.abs(x), axes, keep));
    reduction(table, "ReduceL2", (x, axes, keep) -> rooted(x, sum(torch.mul(x, x), axes, keep)));
    reduction(table, "ReduceSumSquare", (x, axes, keep) -> sum(torch.mul(x, x), axes, keep));
    reduction(table, "ReduceLogSum", (x, axes, keep) -> torch.log(sum(x, axes, keep)));
    reduction(table, "ReduceLogSumExp", torch::logsumexp);
    table.add("ArgMax", context -> extremum(context, true));
    table.add("ArgMin", context -> extremum(context, false));
    table.add("CumSum", ReductionOperators::cumulative);
    table.add("TopK", ReductionOperators::top);
  }

  private static void reduction(OperatorTable table, String name, Reduction reduction) {
    table.add(name, context -> reduce(context.node(), reduction));
  }

  private static Operation reduce(Node node, Reduction reduction) {
    boolean keep = node.intAttribute("keepdims", 1) != 0;
    boolean emptyMeansNone = node.intAttribute("noop_with_empty_axes", 0) != 0;
    long[] attribute = node.intsAttribute("axes");
    return scoped(
        a -> {
          Tensor input = a.tensor(0);
          long[] axes = a.has(1) ? a.longs(1) : attribute;
          if (axes.length == 0 && emptyMeansNone) {
            return input;
          }
          if (axes.length == 0) {
            axes = LongStream.range(0, input.dim()).toArray();
          }
          return axes.length == 0 ? input : reduction.reduce(input, axes, keep);
        });
  }

  private static Tensor sum(Tensor input, long[] axes, boolean keep) {
    return torch.sum(input, axes, keep, sameType(input));
  }

  /** libtorch would widen sums of integers to 64 bits. */
  private static ScalarTypeOptional sameType(Tensor input) {
    return new ScalarTypeOptional(TensorExchange.scalarType(input));
  }

  private static Tensor mean(Tensor input, long[] axes, boolean keep) {
    if (input.is_floating_point()) {
      return torch.mean(input, axes, keep, new ScalarTypeOptional());
    }
    Tensor mean = torch.mean(input.to(ScalarType.Double), axes, keep, new ScalarTypeOptional());
    return mean.to(TensorExchange.scalarType(input));
  }

  private static Tensor maximum(Tensor input, long[] axes, boolean keep) {
    return isEmpty(input, axes)
        ? filled(input, axes, keep, Double.NEGATIVE_INFINITY)
        : torch.amax(input, axes, keep);
  }

  private static Tensor minimum(Tensor input, long[] axes, boolean keep) {
    return isEmpty(input, axes)
        ? filled(input, axes, keep, Double.POSITIVE_INFINITY)
        : torch.amin(input, axes, keep);
  }

  private static boolean isEmpty(Tensor input, long[] axes) {
    return Arrays.stream(axes).anyMatch(axis -> input.size(axis) == 0);
  }

  /** The neutral element where there is nothing to reduce. */
  private static Tensor filled(Tensor input, long[] axes, boolean keep, double value) {
    Tensor zeros = torch.sum(input, axes, keep, sameType(input));
    return torch.full_like(zeros, new Scalar(value));
  }

  private static Tensor product(Tensor input, long[] axes, boolean keep) {
    long rank = input.dim();
    long[] sorted =
        Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().toArray();
    Tensor result = input;
    for (int index = sorted.length - 1; index >= 0; index--) {
      result = torch.prod(result, sorted[index], keep, sameType(input));
    }
    return result;
  }

  private static Tensor rooted(Tensor input, Tensor sum) {
    return input.is_floating_point()
        ? torch.sqrt(sum)
        : torch.sqrt(sum.to(ScalarType.Double)).to(TensorExchange.scalarType(input));
  }

  /** Position of the first largest or smallest element, or of the last one. */
  private static Operation extremum(NodeContext context, boolean largest) {
    Node node = context.node();
    long axis = node.intAttribute("axis", 0);
    boolean keep = node.intAttribute("keepdims", 1) != 0;
    boolean last = node.intAttribute("select_last_index", 0) != 0;
    return scoped(
        a -> {
          Tensor input = a.tensor(0);
          Tensor searched = last ? torch.flip(input, axis) : input;
          LongOptional along = new LongOptional(axis);
          Tensor found =
              largest ? torch.argmax(searched, along, keep) : torch.argmin(searched, along, keep);
          return last ? torch.rsub(found, new Scalar(input.size(axis) - 1)) : found;
        });
  }

  private static Operation cumulative(NodeContext context) {
    boolean exclusive = context.node().intAttribute("exclusive", 0) != 0;
    boolean reverse = context.node().intAttribute("reverse", 0) != 0;
    return scoped(
        a -> {
          Tensor input = a.tensor(0);
          long axis = (long) a.number(1, 0);
          Tensor ordered = reverse ? torch.flip(input, axis) : input;
          Tensor sums = torch.cumsum(ordered, axis, sameType(input));
          if (exclusive) {
            sums = torch.sub(sums, ordered);
          }
          return reverse ? torch.flip(sums, axis) : sums;
        });
  }

  private static Operation top(NodeContext context) {
    Node node = context.node();
    long axis = node.intAttribute("axis", -1);
    boolean largest = node.intAttribute("largest", 1) != 0;
    return Operations.scopedAll(
        a -> {
          Tensor input = a.tensor(0);
          long count = (long) a.number(1, 1);
          // A stable sort, because ONNX gives equal elements in order of their index.
          var sorted =
              torch.sort(input, new org.bytedeco.pytorch.BoolOptional(true), axis, largest);
          a.set(0, torch.narrow(Operations.own(sorted.get0()), axis, 0, count).contiguous());
          a.set(1, torch.narrow(Operations.own(sorted.get1()), axis, 0, count).contiguous());
        });
  }
}
