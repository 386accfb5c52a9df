package io.nncf4j.compression.training.quantization;

import io.nncf4j.core.InputException;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The mean curvature of a loss along single weights, by Hutchinson's estimate: with v of random
 * signs the expectation of v · Hv is the trace of the Hessian H. One v goes over all layers at
 * once, and the products of different layers cancel.
 *
 * <pre>
 *   trace(H) / n  ≈  mean over v of  Σ v · (∂/∂w Σ g · v) / n,   g = ∂loss / ∂w
 * </pre>
 *
 * "HAWQ-V2: Hessian Aware trace-Weighted Quantization of Neural Networks" (Dong et al. 2020).
 */
final class HessianTraces {
  private final TrainingSession session;
  private final List<String> weights;
  private final List<QuantizationPrecisionInitArgs.LabelledBatch> batches;

  /**
   * @param session of the float model
   * @param weights names of the weights
   */
  HessianTraces(
      TrainingSession session,
      List<String> weights,
      List<QuantizationPrecisionInitArgs.LabelledBatch> batches) {
    this.session = session;
    this.weights = List.copyOf(weights);
    this.batches = List.copyOf(batches);
    if (batches.isEmpty()) {
      throw new InputException("The curvature of the loss needs labelled data, and there are none");
    }
  }

  /**
   * The mean trace of each weight.
   *
   * @param iterations most random vectors
   * @param tolerance relative change of the estimates' mean at which they are good enough
   */
  double[] measure(int iterations, double tolerance) {
    session.setTraining(false);
    session.setRecordingInEvaluation(true);
    double[] sums = new double[weights.size()];
    double last = 0;
    int done = 0;
    try {
      while (done < iterations) {
        add(sums);
        done++;
        double mean = Arrays.stream(sums).average().orElse(0) / done;
        boolean isSteady = done > 1 && Math.abs(mean - last) / (Math.abs(last) + 1e-6) < tolerance;
        last = mean;
        if (isSteady) {
          break;
        }
      }
    } finally {
      session.setRecordingInEvaluation(false);
    }
    double count = done;
    return Arrays.stream(sums).map(sum -> sum / count).toArray();
  }

  private void add(double[] sums) {
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> tensors = weights.stream().map(session.state()::tensor).toList();
      List<Tensor> signs = new ArrayList<>();
      for (Tensor tensor : tensors) {
        signs.add(torch.sign(torch.sub(torch.rand_like(tensor.detach()), new Scalar(0.5))));
      }
      for (QuantizationPrecisionInitArgs.LabelledBatch batch : batches) {
        try (Outputs outputs = session.forward(batch.inputs())) {
          TensorVector gradients = gradients(batch.loss().apply(outputs), tensors, true);
          Tensor product = null;
          for (int layer = 0; layer < signs.size(); layer++) {
            Tensor part = torch.sum(torch.mul(defined(gradients, layer), signs.get(layer)));
            product = product == null ? part : torch.add(product, part);
          }
          if (product == null) {
            return; // Without layers there is no trace.
          }
          TensorVector second = gradients(product, tensors, false);
          for (int layer = 0; layer < signs.size(); layer++) {
            Tensor along = second.get(layer);
            if (along.defined()) {
              double sum = torch.sum(torch.mul(along, signs.get(layer))).item_double();
              sums[layer] += sum / signs.get(layer).numel() / batches.size();
            }
          }
        }
      }
    }
  }

  private Tensor defined(TensorVector gradients, int layer) {
    Tensor gradient = gradients.get(layer);
    if (!gradient.defined()) {
      throw new InputException(
          "The loss does not depend on the weight \""
              + weights.get(layer)
              + "\", so its width cannot be chosen by curvature: put its layer into"
              + " ignored_scopes");
    }
    return gradient;
  }

  private static TensorVector gradients(Tensor of, List<Tensor> by, boolean again) {
    TensorVector inputs = new TensorVector();
    by.forEach(inputs::push_back);
    TensorVector outputs = new TensorVector();
    outputs.push_back(of);
    return torch.grad(outputs, inputs, new TensorVector(), new BoolOptional(again), again, true);
  }
}
