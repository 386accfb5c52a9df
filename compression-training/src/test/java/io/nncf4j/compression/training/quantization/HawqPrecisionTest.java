package io.nncf4j.compression.training.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.SmallNetwork;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.learning.Losses;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Widths that are chosen by the curvature of the loss. */
class HawqPrecisionTest {
  private static final TrainingOptions TRAINING = TrainingOptions.defaults().withThreads(1);

  /** The recorded choices of NNCF. */
  @Test
  void theLeastLossAmongThoseThatCompressEnough() {
    double[] ratios = {1, 2, 2, 3, 4, 6};
    double[] losses = {5, 1, 6, 3, 2, 4};
    double[] found = new double[6];
    for (int target = 1; target <= 6; target++) {
      found[target - 1] = ratios[BitwidthSequences.choose(ratios, losses, target)];
    }
    assertThat(found).containsExactly(2, 2, 4, 4, 6, 6);
    assertThatThrownBy(() -> BitwidthSequences.choose(ratios, losses, 7))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the most is 6.000");
  }

  /** The recorded ratios of NNCF for a convolution and a linear layer. */
  @Test
  void theRatioCountsTheWiderOfWeightAndInput() {
    long[] flops = {72, 108};
    assertThat(ratio(flops, 4, 4, 4, 4)).isEqualTo(2);
    assertThat(ratio(flops, 4, 8, 4, 4)).isCloseTo(1.25, within(1e-9));
    assertThat(ratio(flops, 8, 4, 4, 4)).isCloseTo(1440.0 / (72 * 8 + 108 * 4), within(1e-9));
    assertThat(ratio(flops, 8, 8, 8, 8)).isEqualTo(1);
  }

  private static double ratio(long[] flops, int conv, int linear, int input, int inner) {
    return BitwidthSequences.ratio(flops, new int[] {conv, linear}, new int[] {input, inner});
  }

  @Test
  void sequencesDoNotFall() {
    List<int[]> sequences = BitwidthSequences.nonDecreasing(List.of(2, 4, 8), 4);
    assertThat(sequences).hasSize(15).doesNotHaveDuplicates();
    assertThat(sequences).allMatch(each -> each[0] <= each[1] && each[2] <= each[3]);
    assertThatThrownBy(
            () ->
                BitwidthSequences.nonDecreasing(
                    List.of(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), 50))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("fewer widths");
  }

  /**
   * With inputs along the axes the Hessian of a squared error is diagonal, and one vector exact.
   */
  @Test
  void theTraceOfASquaredErrorIsKnown() {
    Tensor inputs = Tensor.ofFloats(new float[] {1, 0, 0, 0, 2, 0, 0, 0, 3}, 3, 3);
    try (TrainingSession session =
        new LibtorchEngine()
            .train(
                GraphBuilder.network(
                    "linear",
                    1,
                    "x",
                    Shape.of(Dimension.symbol("batch"), Dimension.of(3)),
                    new Linear("fc", 3, 2),
                    "y"),
                TRAINING)) {
      QuantizationPrecisionInitArgs.LabelledBatch batch =
          new QuantizationPrecisionInitArgs.LabelledBatch(
              Map.of("x", inputs),
              outputs ->
                  Losses.meanSquaredError(outputs.first(), torch.zeros_like(outputs.first())));
      double[] traces =
          new HessianTraces(session, List.of("fc.weight"), List.of(batch)).measure(3, 0);
      // Six weights; 2 / 6 · (1 + 4 + 9) for each of two outputs.
      assertThat(traces[0]).isCloseTo(2 * 2.0 / 6 * 14 / 6, within(1e-5));
    }
  }

  private static NNCFConfig config(String device, String precision) {
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"target_device": "%s", "compression": {"algorithm": "quantization",
              "initializer": {"precision": {"type": "hawq", "iter_number": 3%s}}}}"""
                .formatted(device, precision));
    config.registerExtraStructs(
        List.of(new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(4))));
    return config;
  }

  private static void giveData(NNCFConfig config) {
    SmallNetwork.Labelled batch = SmallNetwork.batch(1);
    config.registerExtraStructs(
        List.of(
            new QuantizationPrecisionInitArgs(
                count ->
                    List.of(
                        new QuantizationPrecisionInitArgs.LabelledBatch(
                            Map.of("x", batch.images()),
                            outputs -> Losses.crossEntropy(outputs.first(), batch.targets()))))));
  }

  private static QuantizationController create(NNCFConfig config) {
    return CompressedModels.createCompressedModel(
            SmallNetwork.model(), config, null, TRAINING, false)
        .part(QuantizationController.class)
        .orElseThrow();
  }

  @Test
  void layersGetWidthsThatCompressEnough() {
    NNCFConfig config = config("TRIAL", ", \"compression_ratio\": 1.6");
    giveData(config);
    QuantizationController controller = create(config);
    try (CompressedModel compressed = controller.model()) {
      Set<Integer> widths = new TreeSet<>();
      controller.quantizers().forEach(each -> widths.add(each.placement().quantizer().bits()));
      assertThat(widths).hasSizeGreaterThan(1).isSubsetOf(2, 4, 8);
      assertThat(controller.findings()).extracting(Finding::code).contains("widths-by-curvature");
      assertThat(compressed.compressionParameters()).isNotEmpty();
    }
  }

  @Test
  void whatCannotBeChosenIsSaid() {
    assertThatThrownBy(() -> create(config("TRIAL", "")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("QuantizationPrecisionInitArgs");
    NNCFConfig cpu = config("CPU", ", \"bits\": [2, 4]");
    giveData(cpu);
    assertThatThrownBy(() -> create(cpu))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("offers none of [2, 4]");
    NNCFConfig much = config("TRIAL", ", \"compression_ratio\": 9");
    giveData(much);
    assertThatThrownBy(() -> create(much))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("compression_ratio (quantization): found 9.0");
    assertThatThrownBy(() -> create(config("TRIAL", ", \"bitwidth_assignment_mode\": \"strict\"")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("liberal");
  }
}
