package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The node that keeps the elements of a constant whose importance scores are above a threshold. A
 * score stands for a block of elements; it learns what the loss would gain from the block.
 *
 * <pre>
 *   mask = repeat(score &gt; min(threshold, t)),   t: the highest 2 % of the scores are above it
 *   gradients pass the comparison straight through: d score = Σ over the block of d output · weight
 * </pre>
 *
 * "Movement Pruning: Adaptive Sparsity by Fine-Tuning" (Sanh, Wolf, Rush 2020), equation 2; blocks
 * as in "Block Pruning For Faster Transformers" (Lagunas et al. 2021).
 */
public final class MovementMask {
  /** Index of the scores among the inputs; the constant is the first. */
  public static final int SCORES = 1;

  /** Index of the threshold, one number. */
  public static final int THRESHOLD = 2;

  static final String TYPE = "MovementMask";
  private static final String FACTORS = "factors";
  private static final String GRADIENT_FACTOR = "gradient_factor";

  /** Of each tensor so much is kept at least. */
  private static final double LARGEST_MASKED = 0.98;

  private MovementMask() {}

  /**
   * @param factors elements that a score stands for, along each dimension
   * @param gradientFactor multiplies the gradients of scores
   */
  public static Node node(
      String name,
      String constant,
      String scores,
      String threshold,
      String output,
      long[] factors,
      double gradientFactor) {
    return new Node(
        name,
        new OperatorType(OperatorType.NNCF_DOMAIN, TYPE),
        Attributes.NONE.with(FACTORS, factors).with(GRADIENT_FACTOR, (float) gradientFactor),
        List.of(constant, scores, threshold),
        List.of(output));
  }

  public static boolean is(Node node) {
    return node.operator().domain().equals(OperatorType.NNCF_DOMAIN)
        && node.operator().name().equals(TYPE);
  }

  /** Elements that a score of this node stands for, along each dimension. */
  public static long[] factors(Node node) {
    return node.intsAttribute(FACTORS, new long[0]);
  }

  static Operation compile(Node node) {
    long[] factors = factors(node);
    double gradientFactor = node.floatAttribute(GRADIENT_FACTOR, 1);
    return Operations.scoped(
        a -> {
          Tensor scores = a.tensor(SCORES);
          Tensor values = scores.detach();
          Tensor low =
              torch.kthvalue(torch.flatten(values), rankOfLowest((int) values.numel()) + 1L).get0();
          Tensor kept = torch.gt(values, torch.minimum(a.tensor(THRESHOLD), low));
          Tensor hard = kept.to(scores.scalar_type());
          Tensor straight = torch.sub(scores, values);
          Tensor mask = torch.add(hard, torch.mul(straight, new Scalar(gradientFactor)));
          for (int dimension = 0; dimension < factors.length; dimension++) {
            if (factors[dimension] > 1) {
              mask =
                  torch.repeat_interleave(
                      mask, factors[dimension], new LongOptional(dimension), new LongOptional());
            }
          }
          return torch.mul(a.tensor(0), mask);
        });
  }

  private static int rankOfLowest(int count) {
    return (int) (LARGEST_MASKED * (count - 1));
  }

  /**
   * The mask: 1 for elements that are kept, else 0.
   *
   * @param scores one for each block, row by row
   * @param shape of the constant
   * @param factors elements that a score stands for, along each dimension
   */
  public static float[] kept(float[] scores, float threshold, long[] shape, long[] factors) {
    float[] sorted = scores.clone();
    Arrays.sort(sorted);
    float limit = Math.min(threshold, sorted[rankOfLowest(sorted.length)]);
    float[] blocks = new float[scores.length];
    for (int index = 0; index < blocks.length; index++) {
      blocks[index] = scores[index] > limit ? 1 : 0;
    }
    return spread(blocks, shape, factors);
  }

  /** For each element the value of its block. */
  public static float[] spread(float[] blocks, long[] shape, long[] factors) {
    float[] spread = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int index = 0; index < spread.length; index++) {
      long rest = index;
      long block = 0;
      long stride = 1;
      for (int dimension = shape.length - 1; dimension >= 0; dimension--) {
        block += rest % shape[dimension] / factors[dimension] * stride;
        stride *= shape[dimension] / factors[dimension];
        rest /= shape[dimension];
      }
      spread[index] = blocks[(int) block];
    }
    return spread;
  }
}
