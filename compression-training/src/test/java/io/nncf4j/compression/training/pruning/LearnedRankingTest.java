package io.nncf4j.compression.training.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.SmallNetwork;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The learned ranking (LeGR) on ResNet-20 and some pictures of CIFAR-10. */
class LearnedRankingTest {
  private static final int SIZE = 32;
  private static final String SEARCHED =
      ", \"legr_params\": {\"generations\": 8, \"population_size\": 4, \"num_samples\": 2, \"mutate_percent\": 0.5,"
          + " \"train_steps\": 1, \"max_pruning\": 0.5, \"random_seed\": 7}";

  @TempDir private Path folder;

  /** Trains on some pictures and measures on others. */
  private static final class Trials implements RankingTrials.Trial {
    private final List<Tensor> images = new ArrayList<>();
    private final List<long[]> labels = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();

    Trials() {
      try (SampleSource source =
              DatasetDescription.read(SharedFiles.data("cifar10/test.yaml")).open();
          BatchLoader loader =
              new BatchLoader(source.shuffled(3), LoaderOptions.defaults().withBatchSize(SIZE))) {
        Iterator<Batch> all = loader.iterator();
        while (images.size() < 2) {
          try (Batch batch = all.next()) {
            images.add(Tensor.ofFloats(batch.input().toFloats(), batch.input().shape()));
            labels.add(
                batch.targets().stream()
                    .mapToLong(target -> ((Target.ClassLabel) target).index())
                    .toArray());
          }
        }
      }
    }

    @Override
    public double loss(TrainingSession session, int steps) {
      String input = session.inputs().get(0).name();
      try (StochasticGradientDescent optimizer =
          new StochasticGradientDescent(
              TrainingStep.parameters(session), StochasticGradientDescent.Options.of(0.01))) {
        for (int step = 0; step < steps; step++) {
          new TrainingStep(session, optimizer, 0)
              .runClassifier(Map.of(input, images.get(0)), labels.get(0));
        }
      }
      double loss =
          TrainingStep.classifierLoss(session, Map.of(input, images.get(1)), labels.get(1));
      losses.add(loss);
      return loss;
    }
  }

  private static Model resnet() {
    return ModelFiles.read(SharedFiles.data("models/classification/resnet20-cifar10.onnx"));
  }

  private static CompressionController create(
      Model model,
      String params,
      RankingTrials.@Nullable Trial trial,
      @Nullable CompressionState state) {
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"compression": {"algorithm": "filter_pruning",
              "params": {"interlayer_ranking_type": "learned_ranking", "schedule": "baseline",
                         "pruning_flops_target": 0.4%s}}}"""
                .formatted(params));
    if (trial != null) {
      config.registerExtraStructs(List.of(new RankingTrials(trial)));
    }
    return CompressedModels.createCompressedModel(
        model, config, state, TrainingOptions.defaults().withThreads(1), false);
  }

  private String key(String name, Path file) {
    return ", \"" + name + "\": \"" + file + "\"";
  }

  private static Map<String, Tensor> tensors(CompressionController controller) {
    Map<String, Tensor> tensors = new TreeMap<>();
    for (String name : controller.model().session().state().byName().keySet()) {
      tensors.put(name, controller.model().session().state().read(name));
    }
    return tensors;
  }

  private static Map<String, Tensor> masks(CompressionController controller) {
    Map<String, Tensor> masks = tensors(controller);
    masks.keySet().removeIf(name -> !name.contains(".pruning"));
    return masks;
  }

  /**
   * Searched, saved, loaded and restored, the masks are the same; and another seed finds others.
   */
  @Test
  void whatWasFoundIsNoWorseThanImportanceAsItIsAndIsKept() throws IOException {
    Path file = folder.resolve("ranking/found.json");
    Trials trials = new Trials();
    Model model = resnet();
    CompressionController searched =
        create(model, SEARCHED + key("save_ranking_coeffs_path", file), trials, null);
    Map<String, Tensor> masks;
    CompressionState state;
    try (CompressedModel compressed = searched.model()) {
      assertThat(trials.losses).hasSize(8);
      double best = Collections.min(trials.losses);
      assertThat(best).isLessThanOrEqualTo(trials.losses.get(0));
      assertThat(trials.losses.subList(0, 4)).doesNotHaveDuplicates();
      assertThat(searched.findings().toString())
          .contains(String.format(java.util.Locale.ROOT, "%.4f", best));
      Map<String, Tensor> untouched = tensors(searched);
      assertThat(masks(searched).values())
          .as("everything is taken back")
          .allSatisfy(mask -> assertThat(mask.toFloats()).containsOnly(1));
      assertThat(untouched).containsAllEntriesOf(weights(model));
      searched.scheduler().epochStep();
      masks = masks(searched);
      assertThat(masks.values()).anySatisfy(mask -> assertThat(mask.toFloats()).contains(0f));
      assertThat(searched.compressionRate().orElseThrow()).isBetween(0.4, 0.45);
      state = CompressionState.fromJson(searched.compressionState().toJson());
      assertThat(trials.loss(compressed.session(), 0)).isFinite();
    }
    CompressionController loaded = create(model, key("load_ranking_coeffs_path", file), null, null);
    try (CompressedModel compressed = loaded.model()) {
      loaded.scheduler().epochStep();
      assertThat(masks(loaded)).isEqualTo(masks);
    }
    CompressionController restored = create(model, SEARCHED, null, state);
    try (CompressedModel compressed = restored.model()) {
      ((FilterPruningController) restored).setLevel(0.4);
      assertThat(masks(restored)).isEqualTo(masks);
    }
    Path again = folder.resolve("again.json");
    create(model, SEARCHED + key("save_ranking_coeffs_path", again), new Trials(), null)
        .model()
        .close();
    assertThat(again).as("the same seed").hasSameTextualContentAs(file);
    Path other = folder.resolve("other.json");
    String reseeded = SEARCHED.replace("\"random_seed\": 7", "\"random_seed\": 8");
    create(model, reseeded + key("save_ranking_coeffs_path", other), new Trials(), null)
        .model()
        .close();
    assertThat(Files.readString(other)).isNotEqualTo(Files.readString(file));
  }

  private static Map<String, Tensor> weights(Model model) {
    Map<String, Tensor> weights = new TreeMap<>(model.graph().constants());
    weights.values().removeIf(tensor -> tensor.rank() != 4);
    return weights;
  }

  /** Quantizers stand already when candidates are tried, and are as they were afterwards. */
  @Test
  void searchesBesideQuantizationInAnyOrder() {
    String pruning =
        """
        {"algorithm": "filter_pruning", "params": {"interlayer_ranking_type": "learned_ranking",
          "pruning_target": 0.4, "schedule": "baseline"%s}}"""
            .formatted(SEARCHED);
    String quantization =
        """
        {"algorithm": "quantization",
         "initializer": {"batchnorm_adaptation": {"num_bn_adaptation_samples": 0}}}""";
    SmallNetwork.Labelled batch = SmallNetwork.batch(5);
    List<List<Double>> losses = new ArrayList<>();
    for (String order : List.of(pruning + ", " + quantization, quantization + ", " + pruning)) {
      List<Double> own = new ArrayList<>();
      losses.add(own);
      NNCFConfig config = NNCFConfig.fromText("{\"compression\": [" + order + "]}");
      config.registerExtraStructs(
          List.of(
              new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8)),
              new RankingTrials(
                  (session, steps) -> {
                    own.add(
                        TrainingStep.classifierLoss(
                            session, Map.of("x", batch.images()), batch.labels()));
                    return own.get(own.size() - 1);
                  })));
      CompressionController controller =
          CompressedModels.createCompressedModel(
              SmallPruned.model(), config, null, TrainingOptions.defaults().withThreads(1), false);
      try (CompressedModel compressed = controller.model()) {
        assertThat(own).hasSize(8);
        controller.scheduler().epochStep();
        assertThat(controller.part(FilterPruningController.class).orElseThrow().rate())
            .isEqualTo(0.375);
        assertThat(controller.strip().graph().nodes())
            .anyMatch(node -> node.is("DequantizeLinear"));
      }
    }
    assertThat(losses.get(0)).isEqualTo(losses.get(1));
  }

  @Test
  void coefficientsChangeWhichFiltersGo() throws IOException {
    Path file = folder.resolve("made.json");
    CompressionController plain = create(SmallPruned.model(), identity(file, 1), null, null);
    CompressionController shifted = create(SmallPruned.model(), identity(file, 1000), null, null);
    try (CompressedModel one = plain.model();
        CompressedModel two = shifted.model()) {
      plain.scheduler().epochStep();
      shifted.scheduler().epochStep();
      assertThat(masks(shifted)).isNotEqualTo(masks(plain));
      List<Float> kept = new ArrayList<>();
      for (float value :
          Objects.requireNonNull(masks(shifted).get("a.weight.pruning0")).toFloats()) {
        kept.add(value);
      }
      assertThat(kept).as("what matters a thousand times more stays").containsOnly(1f);
    }
  }

  /** Coefficients that raise the first layer. */
  private String identity(Path file, double scale) throws IOException {
    Files.writeString(file, "{\"a\": [" + scale + ", 0], \"b\": [1, 0]}");
    return key("load_ranking_coeffs_path", file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ", \"all_weights\": false#all_weights#found false",
        ", \"legr_params\": {\"generations\": 0}#generations#found 0",
        ", \"legr_params\": {\"max_pruning\": 1}#max_pruning#found 1.0",
        ", \"legr_params\": {\"max_pruning\": 0.999}#max_pruning#at most",
        ", \"load_ranking_coeffs_path\": \"no/such.json\"#load_ranking_coeffs_path#there is no such file",
        ", \"load_ranking_coeffs_path\": \"FILE\"#for \"b\"#found nothing",
        ", \"save_ranking_coeffs_path\": \"FILE\"#save_ranking_coeffs_path#exists already",
        ", \"legr_params\": {\"max_pruning\": 0.9995}#max_pruning#found 0.9995",
        ", \"load_ranking_coeffs_path\": \"EMPTY\"#load_ranking_coeffs_path#is empty",
        ", \"load_ranking_coeffs_path\": \"HUGE\"#load_ranking_coeffs_path#too large",
        ", \"load_ranking_coeffs_path\": \"CUT\"#load_ranking_coeffs_path#is no JSON",
        ", \"load_ranking_coeffs_path\": \"BINARY\"#load_ranking_coeffs_path#no text in UTF-8",
        ", \"load_ranking_coeffs_path\": \"OTHER\"#load_ranking_coeffs_path#have 24 filters there",
        "#interlayer_ranking_type#RankingTrials",
      })
  void badValuesAreNamed(String what) throws IOException {
    String[] parts = what.split("#");
    Path file = Files.writeString(folder.resolve("some.json"), "{\"a\": [1, 0]}");
    Files.writeString(folder.resolve("EMPTY"), "");
    Files.writeString(folder.resolve("HUGE"), "{\"a\": [1e999, 0], \"b\": [1, 0]}");
    Files.writeString(folder.resolve("CUT"), "{\"a\": [1, 0]");
    Files.write(folder.resolve("BINARY"), new byte[] {(byte) 0xc3, 0x28});
    Files.writeString(folder.resolve("OTHER"), "{\"a\": [1, 0, 24], \"b\": [1, 0, 24]}");
    String params =
        parts[0]
            .replace("FILE", file.toString())
            .replaceAll("\"([A-Z]+)\"", "\"" + folder + "/$1\"");
    RankingTrials.Trial trial = parts[0].isEmpty() ? null : (session, steps) -> 1;
    assertThatThrownBy(() -> create(SmallPruned.model(), params, trial, null))
        .isInstanceOf(InputException.class)
        .hasMessageNotContaining("java.")
        .hasMessageNotContaining("Source:")
        .hasMessageContaining(parts[1])
        .hasMessageContaining(parts[2]);
  }

  /** What cannot work is told before the search, not after it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"save_ranking_coeffs_path\": \"FOLDER/file/rank.json\"#is a file, and a folder is needed",
        "\"pruning_flops_target\": 0.999#cannot take 99.9 %",
      })
  void nothingIsTriedForWhatCannotBeReachedOrSaved(String what) throws IOException {
    Files.writeString(folder.resolve("file"), "taken");
    String[] parts = what.split("#");
    List<Integer> tried = new ArrayList<>();
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"compression": {"algorithm": "filter_pruning",
              "params": {"interlayer_ranking_type": "learned_ranking", %s%s}}}"""
                .formatted(parts[0].replace("FOLDER", folder.toString()), SEARCHED));
    config.registerExtraStructs(
        List.of(
            new RankingTrials(
                (session, steps) -> {
                  tried.add(steps);
                  return 1;
                })));
    assertThatThrownBy(
            () ->
                CompressedModels.createCompressedModel(
                    SmallPruned.model(), config, null, TrainingOptions.defaults(), false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(parts[1]);
    assertThat(tried).isEmpty();
  }

  /** A search that ends early leaves the best that it has found. */
  @Test
  void theBestSoFarIsInTheFile() throws IOException {
    Path file = folder.resolve("best.json");
    List<String> states = new ArrayList<>();
    List<Double> losses = List.of(3.0, 4.0, 1.0, 2.0);
    assertThatThrownBy(
            () ->
                create(
                    SmallPruned.model(),
                    SEARCHED + key("save_ranking_coeffs_path", file),
                    (session, steps) -> {
                      states.add(text(file));
                      if (states.size() > losses.size()) {
                        throw new InputException("stopped");
                      }
                      return losses.get(states.size() - 1);
                    },
                    null))
        .hasMessage("stopped");
    assertThat(states.get(0)).isEqualTo("nothing");
    assertThat(states.get(2)).isEqualTo(states.get(1)).contains("1.0");
    assertThat(states.get(3)).isNotEqualTo(states.get(2));
    assertThat(text(file)).isEqualTo(states.get(3));
    CompressionController loaded =
        create(SmallPruned.model(), key("load_ranking_coeffs_path", file), null, null);
    loaded.model().close();
    try (java.util.stream.Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "nothing";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void pathsAreRelativeToTheConfiguration() throws IOException {
    identity(folder.resolve("rank.json"), 1);
    Path file =
        Files.writeString(
            folder.resolve("config.json"),
            """
            {"compression": {"algorithm": "filter_pruning", "params": {
              "interlayer_ranking_type": "learned_ranking",
              "load_ranking_coeffs_path": "rank.json", "save_ranking_coeffs_path": "sub/copy.json"}},
             "log_dir": "logs"}""");
    NNCFConfig config = NNCFConfig.fromJson(file);
    CompressedModels.createCompressedModel(SmallPruned.model(), config).model().close();
    assertThat(folder.resolve("sub/copy.json")).isNotEmptyFile();
    assertThat(folder.resolve("logs/compressed_graph.dot")).isNotEmptyFile();
  }
}
