package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Normalisations. Batch normalisation stays a node of its own, so that it can be trained. */
final class NormalizationRules {
  private NormalizationRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    AtenRule batch =
        AtenRule.of(
            "input weight bias running_mean running_var training momentum eps cudnn_enabled",
            NormalizationRules::batch);
    rules.put("batch_norm", batch);
    rules.put("cudnn_batch_norm", batch);
    rules.put("native_batch_norm", batch);
    rules.put(
        "_native_batch_norm_legit_no_training",
        AtenRule.of(
            "input weight bias running_mean running_var momentum eps", NormalizationRules::batch));
    String layer = "input normalized_shape weight bias eps cudnn_enable";
    rules.put("layer_norm", AtenRule.of(layer, NormalizationRules::layer));
    rules.put("native_layer_norm", AtenRule.of(layer, NormalizationRules::layer));
    rules.put(
        "group_norm",
        AtenRule.of("input num_groups weight bias eps cudnn_enabled", NormalizationRules::group));
    rules.put(
        "instance_norm",
        AtenRule.of(
            "input weight bias running_mean running_var use_input_stats momentum eps",
            NormalizationRules::instance));
  }

  /** One number for each channel. */
  private static String filled(AtenCall call, String parameter, long channels, double value) {
    if (call.has(parameter)) {
      return call.tensor(parameter);
    }
    if (channels < 0) {
      throw new InexpressibleCallException("the number of its channels is not known");
    }
    double[] values = new double[Tensor.elementCount(channels)];
    Arrays.fill(values, value);
    return call.constant(Tensor.ofDoubles(DataType.FLOAT32, values, channels));
  }

  private static void batch(AtenCall call) {
    if (!call.has("running_mean") || !call.has("running_var")) {
      throw new InexpressibleCallException("it keeps no running mean and variance");
    }
    call.refuseTraining("training");
    String input = call.tensor("input");
    String mean = call.tensor("running_mean");
    long channels = call.length(mean, 0);
    Attributes attributes =
        Attributes.NONE
            .with("epsilon", (float) call.real("eps", 1e-5))
            .with("momentum", (float) (1 - call.real("momentum", 0.1)));
    call.finish(
        "BatchNormalization",
        attributes,
        input,
        filled(call, "weight", channels, 1),
        filled(call, "bias", channels, 0),
        mean,
        call.tensor("running_var"));
  }

  private static void layer(AtenCall call) {
    long[] lengths = call.wholes("normalized_shape");
    String weight;
    if (call.has("weight")) {
      weight = call.tensor("weight");
    } else {
      double[] ones = new double[Tensor.elementCount(lengths)];
      Arrays.fill(ones, 1);
      weight = call.constant(Tensor.ofDoubles(DataType.FLOAT32, ones, lengths));
    }
    Attributes attributes =
        Attributes.NONE
            .with("axis", (long) -lengths.length)
            .with("epsilon", (float) call.real("eps", 1e-5));
    String input = call.tensor("input");
    if (call.has("bias")) {
      call.finish("LayerNormalization", attributes, input, weight, call.tensor("bias"));
    } else {
      call.finish("LayerNormalization", attributes, input, weight);
    }
  }

  private static void group(AtenCall call) {
    String input = call.tensor("input");
    long channels = call.length(input, 1);
    call.finish(
        "GroupNormalization",
        Attributes.NONE
            .with("num_groups", call.whole("num_groups", 1))
            .with("epsilon", (float) call.real("eps", 1e-5)),
        List.of(input, filled(call, "weight", channels, 1), filled(call, "bias", channels, 0)));
  }

  private static void instance(AtenCall call) {
    if (!call.flag("use_input_stats", true)) {
      throw new InexpressibleCallException("it normalises by running statistics");
    }
    String input = call.tensor("input");
    long channels = call.length(input, 1);
    call.finish(
        "InstanceNormalization",
        Attributes.NONE.with("epsilon", (float) call.real("eps", 1e-5)),
        input,
        filled(call, "weight", channels, 1),
        filled(call, "bias", channels, 0));
  }
}
