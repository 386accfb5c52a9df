package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Scaled dot-product attention, as the products and the softmax that it stands for. */
final class AttentionRules {
  private AttentionRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    rules.put(
        "scaled_dot_product_attention",
        AtenRule.of(
            "query key value attn_mask dropout_p is_causal scale enable_gqa",
            AttentionRules::attend));
  }

  private static void attend(AtenCall call) {
    String query = call.tensor("query");
    String key = call.tensor("key");
    int rank = call.rank(key);
    if (call.flag("enable_gqa", false) || rank < 2) {
      throw new InexpressibleCallException("its heads share keys");
    }
    if (call.real("dropout_p", 0) != 0) {
      throw new InexpressibleCallException(
          "it drops weights as in training; export the model after model.eval()");
    }
    long depth = call.length(query, rank - 1);
    if (!call.has("scale") && depth < 1) {
      throw new InexpressibleCallException("the length of its queries is not known");
    }
    long[] swapped = new long[rank];
    Arrays.setAll(swapped, index -> index);
    swapped[rank - 1] = rank - 2;
    swapped[rank - 2] = rank - 1;
    String turned = call.emit("Transpose", Attributes.NONE.with("perm", swapped), key);
    DataType type = call.dataType(query);
    String scaled =
        call.emit("Mul", query, call.scalar(type, call.real("scale", 1 / Math.sqrt(depth))));
    String scores = call.emit("MatMul", scaled, turned);
    if (call.has("attn_mask")) {
      String mask = call.tensor("attn_mask");
      if (call.dataType(mask) == DataType.BOOL) {
        String zero = call.scalar(type, 0);
        mask = call.emit("Where", mask, zero, call.scalar(type, Double.NEGATIVE_INFINITY));
      }
      scores = call.emit("Add", scores, mask);
    } else if (call.flag("is_causal", false)) {
      scores = call.emit("Add", scores, causal(call, query, key, rank));
    }
    String weights = call.emit("Softmax", Attributes.NONE.with("axis", (long) rank - 1), scores);
    call.finish("MatMul", weights, call.tensor("value"));
  }

  private static String causal(AtenCall call, String query, String key, int rank) {
    long rows = call.length(query, rank - 2);
    long columns = call.length(key, rank - 2);
    if (rows < 0 || columns < 0 || rows * columns > 1 << 22) {
      throw new InexpressibleCallException("the lengths of its causal mask are not known");
    }
    float[] mask = new float[(int) (rows * columns)];
    for (int index = 0; index < mask.length; index++) {
      mask[index] = index % columns > index / columns ? Float.NEGATIVE_INFINITY : 0;
    }
    return call.constant(Tensor.ofFloats(mask, rows, columns));
  }
}
