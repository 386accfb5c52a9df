package io.nncf4j.engines.libtorch.operators;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

/**
 * libtorch's fused fake quantization with gradients for scale and zero point. These kernels have no
 * function of their own in the Java interface, so they are called through the dispatcher.
 *
 * <pre>
 *   q = clamp(round(x / scale) + zero point, lowest, highest)     y = (q − zero point) · scale
 *   gradient of x: passed where round(x / scale) + zero point lies inside lowest … highest
 *   gradient of scale: factor · Σ g · (q − zero point outside, (y − x) / scale inside)
 *   gradient of zero point: factor · Σ g · (−scale outside, 0 inside)
 * </pre>
 */
final class FusedFakeQuantize {
  private final OperatorHandle perTensor;
  private final OperatorHandle perChannel;

  FusedFakeQuantize() {
    perTensor = find("aten::_fake_quantize_learnable_per_tensor_affine");
    perChannel = find("aten::_fake_quantize_learnable_per_channel_affine");
  }

  private static OperatorHandle find(String name) {
    return Dispatcher.singleton().findSchemaOrThrow(name, "");
  }

  /**
   * Quantizes {@code x}. What it makes belongs to the scope that the caller has opened.
   *
   * @param scale one element, or one for each channel of {@code axis}
   * @param zeroPoint like {@code scale}, of floating point
   * @param factor multiplies the gradients of scale and zero point
   */
  Tensor apply(
      Tensor x,
      Tensor scale,
      Tensor zeroPoint,
      long axis,
      long lowest,
      long highest,
      double factor) {
    boolean isPerTensor = scale.numel() == 1;
    IValueVector stack = new IValueVector();
    stack.push_back(new IValue(x));
    stack.push_back(new IValue(scale));
    stack.push_back(new IValue(zeroPoint));
    if (!isPerTensor) {
      stack.push_back(new IValue(axis));
    }
    stack.push_back(new IValue(lowest));
    stack.push_back(new IValue(highest));
    stack.push_back(new IValue(factor));
    Dispatcher.singleton().callBoxed(isPerTensor ? perTensor : perChannel, stack);
    return new Tensor(stack.get(0).toTensor());
  }
}
