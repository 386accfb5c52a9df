package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The node that leaves one bit of each element of a weight while a model is trained:
 *
 * <pre>
 *   XNOR     w' = sign(w) · mean |w| over the filter       "XNOR-Net" (Rastegari et al. 2016)
 *   DoReFa   w' = sign(w) · mean |w| over the tensor       "DoReFa-Net" (Zhou et al. 2016)
 *   sign(w) = 1 where w &gt; 0, else −1;   gradients pass as they are
 * </pre>
 */
public final class BinaryWeight {
  static final String TYPE = "BinaryWeight";
  private static final String BY_FILTER = "by_filter";

  private BinaryWeight() {}

  /**
   * @param byFilter whether each index of the first dimension has a scale of its own
   */
  public static Node node(String name, String weight, String output, boolean byFilter) {
    return new Node(
        name,
        new OperatorType(OperatorType.NNCF_DOMAIN, TYPE),
        Attributes.NONE.with(BY_FILTER, byFilter ? 1L : 0L),
        List.of(weight),
        List.of(output));
  }

  public static boolean is(Node node) {
    return node.operator().domain().equals(OperatorType.NNCF_DOMAIN)
        && node.operator().name().equals(TYPE);
  }

  static Operation compile(Node node) {
    boolean byFilter = isByFilter(node);
    return a -> {
      if (a.isBypassed()) {
        a.set(a.tensor(0));
        return;
      }
      try (PointerScope scope = new PointerScope()) {
        Tensor weight = a.tensor(0);
        Tensor values = weight.detach();
        a.set(torch.add(binary(values, byFilter), torch.sub(weight, values)));
      }
    };
  }

  private static boolean isByFilter(Node node) {
    return node.intAttribute(BY_FILTER, 0) != 0;
  }

  private static Tensor binary(Tensor values, boolean byFilter) {
    Tensor magnitudes = torch.abs(values);
    Tensor scale =
        byFilter
            ? torch.mean(
                magnitudes,
                LongStream.range(1, values.dim()).toArray(),
                true,
                new org.bytedeco.pytorch.ScalarTypeOptional())
            : torch.mean(magnitudes);
    Tensor positive = torch.gt(values, new Scalar(0.0)).to(values.scalar_type());
    Tensor sign = torch.sub(torch.mul(positive, new Scalar(2.0)), new Scalar(1.0));
    return torch.mul(sign, scale);
  }

  /** What such a node makes of a weight: the same numbers. */
  public static io.nncf4j.core.tensor.Tensor binary(
      Node node, io.nncf4j.core.tensor.Tensor weight) {
    try (PointerScope scope = new PointerScope()) {
      return TensorExchange.toHost(binary(TensorExchange.copyToTorch(weight), isByFilter(node)));
    }
  }
}
