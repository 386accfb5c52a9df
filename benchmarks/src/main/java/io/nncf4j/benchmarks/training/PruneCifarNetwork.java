package io.nncf4j.benchmarks.training;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.pruning.OneShotPruning;
import io.nncf4j.compression.pruning.PrunedModel;
import io.nncf4j.compression.pruning.PruningGoal;
import io.nncf4j.compression.pruning.PruningSettings;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.learning.Checkpoint;
import io.nncf4j.learning.Optimizer;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Removes filters of a CIFAR-10 network at once, then fine-tunes what is left with the network as
 * it was for a teacher; or, for comparison, fine-tunes the network as it is by the same recipe.
 *
 * <p>Arguments: {@code MODEL.onnx DATA_FOLDER STEPSxBATCH SEED RATE THREADS SHARE MULTIPLE OUT.onnx
 * [TEACHER.onnx]}, with the share of arithmetic that goes, 0 for none, when a teacher must be named
 * to have one. The recipe: SGD, momentum 0.9, weight decay 1e-4, cosine schedule, random crop and
 * flip. A checkpoint beside {@code OUT.onnx} lets a run that was stopped go on.
 */
public final class PruneCifarNetwork {
  private static final int SAMPLES = 512;
  private static final int EVERY = 40;

  private final Model original;
  private final Path data;
  private final long steps;
  private final int batch;
  private final long seed;
  private final double rate;
  private final TrainingOptions training;
  private final Path out;
  private final CifarPictures test;

  private PruneCifarNetwork(String[] arguments) {
    original = ModelFiles.read(Path.of(arguments[0]));
    data = Path.of(arguments[1]);
    String[] counts = arguments[2].split("x", 2);
    steps = Long.parseLong(counts[0]);
    batch = Integer.parseInt(counts[1]);
    seed = Long.parseLong(arguments[3]);
    rate = Double.parseDouble(arguments[4]);
    training = TrainingOptions.defaults().withThreads(Integer.parseInt(arguments[5]));
    out = Path.of(arguments[8]);
    test = CifarPictures.read(data.resolve("test.yaml"), 100);
  }

  /** See the class. */
  public static void main(String[] arguments) {
    if (arguments.length < 9 || arguments.length > 10) {
      System.err.println(
          "arguments: MODEL.onnx DATA_FOLDER STEPSxBATCH SEED RATE THREADS SHARE MULTIPLE OUT.onnx"
              + " [TEACHER.onnx]");
      System.exit(2);
    }
    PruneCifarNetwork job = new PruneCifarNetwork(arguments);
    double share = Double.parseDouble(arguments[6]);
    Model given = arguments.length == 10 ? ModelFiles.read(Path.of(arguments[9])) : null;
    if (share == 0) {
      job.fineTune(job.original, given);
    } else {
      Model teacher = given == null ? job.original : given;
      job.fineTune(job.pruned(share, Integer.parseInt(arguments[7])), teacher);
    }
  }

  private Model pruned(double share, int multiple) {
    PruningSettings settings =
        PruningSettings.of(new PruningGoal(PruningGoal.Kind.FLOPS, share))
            .withMultiple(multiple)
            .withTimed(false)
            .withThreads(1);
    PrunedModel pruned;
    try (SampleSource train = DatasetDescription.read(data.resolve("train.yaml")).open()) {
      pruned =
          new OneShotPruning(new OnnxRuntimeEngine(), settings)
              .prune(
                  original, CalibrationSamples.of(train.shuffled(seed), original).first(SAMPLES));
    }
    LayerCosts.Tally before = pruned.before();
    LayerCosts.Tally after = pruned.after();
    for (int index = 0; index < before.layers().size(); index++) {
      LayerCosts.LayerTally layer = after.layers().get(index);
      print(
          "  %s: %d of %d filters, %d of %d inputs",
          layer.node(),
          layer.filters(),
          before.layers().get(index).filters(),
          layer.inputs(),
          before.layers().get(index).inputs());
    }
    print(
        "operations %d of %d (%.4f), weights %d of %d (%.4f)",
        after.flops(),
        before.flops(),
        (double) after.flops() / before.flops(),
        after.parameters(),
        before.parameters(),
        (double) after.parameters() / before.parameters());
    ModelFiles.write(
        Normalization.standard().apply(pruned.model()).model(), sibling(".untrained.onnx"), true);
    return pruned.model();
  }

  private void fineTune(Model model, @org.jspecify.annotations.Nullable Model teacher) {
    String name = teacher == null ? "as it is" : "pruned";
    CompressionController controller = teacher == null ? null : taught(model, teacher);
    try (TrainingSession session =
            controller == null
                ? new LibtorchEngine()
                    .train(Normalization.forTraining().apply(model).model(), training)
                : controller.model().session();
        Optimizer optimizer =
            new StochasticGradientDescent(
                TrainingStep.parameters(session),
                StochasticGradientDescent.Options.of(rate)
                    .withMomentum(0.9, false)
                    .withWeightDecay(1e-4))) {
      Progress progress = new Progress(session, optimizer, controller);
      new CifarTraining(data, 1 + (int) (steps * batch / 50_000), seed, batch, rate)
          .run(name, new TrainingStep(session, optimizer, 0), progress);
      Model exported = Normalization.standard().apply(session.snapshot()).model();
      ModelFiles.write(session.snapshot(), sibling(".trainable.onnx"), true);
      ModelFiles.write(exported, out, true);
      report(name + ", exported", test.accuracy(test.scores(exported, true)));
    }
  }

  private CompressionController taught(Model model, Model teacher) {
    NNCFConfig config =
        NNCFConfig.fromDict(
            Map.of(
                "compression",
                Map.of(
                    "algorithm", "knowledge_distillation", "type", "softmax", "temperature", 2)));
    config.registerExtraStructs(List.of(new ExtraStruct.KnowledgeDistillationTeacher(teacher)));
    return CompressedModels.createCompressedModel(model, config, null, training, false);
  }

  private Path sibling(String extension) {
    String file = out.getFileName().toString();
    return out.resolveSibling(file.substring(0, file.lastIndexOf('.')) + extension);
  }

  /** Goes on from a checkpoint, and writes one now and then. */
  private final class Progress implements CifarTraining.Company {
    private final TrainingSession session;
    private final Optimizer optimizer;
    private final @org.jspecify.annotations.Nullable CompressionController controller;
    private final Path file = sibling(".safetensors");
    private long done;

    Progress(
        TrainingSession session,
        Optimizer optimizer,
        @org.jspecify.annotations.Nullable CompressionController controller) {
      this.session = session;
      this.optimizer = optimizer;
      this.controller = controller;
      if (Files.exists(file)) {
        Checkpoint checkpoint = Checkpoint.read(file);
        checkpoint.restore(session, optimizer);
        done = checkpoint.step();
      }
    }

    @Override
    public Optional<org.bytedeco.pytorch.Tensor> loss() {
      return controller == null ? Optional.empty() : controller.loss();
    }

    @Override
    public long done() {
      return done;
    }

    @Override
    public long most() {
      return steps;
    }

    @Override
    public void after(long step) {
      if (step % EVERY == 0) {
        Checkpoint.of(session, optimizer, 0, step, Map.of()).write(file);
      }
    }
  }

  private static void report(String name, double accuracy) {
    print("%s: top-1 %.2f %%", name, 100 * accuracy);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
