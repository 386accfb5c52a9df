package io.nncf4j.cli.inspect;

import io.nncf4j.core.Finding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code nncf inspect} says about a model; the names of the components are the names in JSON.
 *
 * @param file the model's file
 * @param format such as {@code onnx}
 * @param producer program that made the model; may be empty
 * @param opset version of the ONNX operators in the file
 * @param raisedOpset version that they were raised to when read
 * @param domains versions of all operator domains
 * @param fileBytes size of the file itself, without external data
 * @param nodes number of nodes, those in bodies included
 * @param parameters elements of what a training would learn; see {@link
 *     io.nncf4j.core.operator.ModelCost}
 * @param weightBytes bytes of all weights
 * @param flops floating-point operations of one run with open batch sizes as 1; absent when shapes
 *     are not known
 * @param inputs values that must be given
 * @param outputs values handed back
 * @param operators number of nodes by operator, the most frequent first
 * @param precisions weights by data type, the largest share first
 * @param findings what is odd about the model
 */
public record Inspection(
    String file,
    String format,
    String producer,
    int opset,
    int raisedOpset,
    Map<String, Integer> domains,
    long fileBytes,
    int nodes,
    long parameters,
    long weightBytes,
    @Nullable Long flops,
    List<NamedType> inputs,
    List<NamedType> outputs,
    Map<String, Integer> operators,
    List<Precision> precisions,
    List<Finding> findings) {

  /** A value and its type as printed in graphs, such as {@code float32[N, 3, 224, 224]}. */
  public record NamedType(String name, String type) {}

  /** Weights of one data type. */
  public record Precision(String type, int tensors, long elements, long bytes) {}
}
