package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.learning.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code nncf train} says about input that does not fit. */
class TrainBadInputTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    ColourPictures.make(folder);
  }

  private Path config(String more) throws IOException {
    return Files.writeString(
        folder.resolve("c.json"),
        """
        {
          "model": "model.onnx", "dataset": {"train": "data.yaml", "test": "data.yaml"},
          "epochs": 1, "batch_size": 6, "threads": 1,
          "optimizer": {"type": "SGD", "base_lr": 0.05}%s
        }"""
            .formatted(more));
  }

  private static String quantization(String more) {
    return """
        , "compression": {"algorithm": "quantization", "initializer": {
            "range": {"num_init_samples": 2},
            "batchnorm_adaptation": {"num_bn_adaptation_samples": 0}}%s}"""
        .formatted(more);
  }

  private CommandRun train(Path config, Object... more) {
    Object[] arguments = Arrays.copyOf(new Object[] {"train", "-c", config}, 5 + more.length);
    arguments[3] = "-o";
    arguments[4] = folder.resolve("run");
    System.arraycopy(more, 0, arguments, 5, more.length);
    return CommandRun.of(arguments);
  }

  private static void refused(CommandRun run, String... parts) {
    assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
    assertThat(run.error()).contains(parts).doesNotContain("\tat ");
  }

  @Test
  void aScopeThatMatchesNothing() throws IOException {
    refused(train(config(quantization(", \"ignored_scopes\": [\"conv9\"]"))), "conv9");
  }

  @Test
  void bitsThatTheDeviceDoesNotOffer() throws IOException {
    refused(
        train(
            config(", \"target_device\": \"CPU\"" + quantization(", \"weights\": {\"bits\": 3}"))),
        "CPU",
        "[8, 16]",
        "3",
        "TRIAL");
  }

  @Test
  void aSampleSizeOfAnotherRank() throws IOException {
    refused(
        train(config(", \"input_info\": {\"sample_size\": [3, 8, 8]}" + quantization(""))),
        "sample_size",
        "[3, 8, 8]",
        "4 dimensions");
  }

  @Test
  void aLabelOutOfRange() throws IOException {
    Files.writeString(
        folder.resolve("data.yaml"),
        Files.readString(folder.resolve("data.yaml")) + "label-offset: 2\n");
    refused(train(config("")), "label", "3 outputs", "label-offset");
  }

  @Test
  void aModelForOneSizeOfBatches() throws IOException {
    Path file = folder.resolve("model.onnx");
    Model model = ModelFiles.read(file);
    Value input = model.graph().inputs().get(0);
    GraphEditor editor = new GraphEditor(model.graph());
    editor.inputs(List.of(new Value(input.name(), TensorType.of(DataType.FLOAT32, 1, 3, 8, 8))));
    ModelFiles.write(model.withGraph(editor.build()), file, true);
    refused(train(config("")), "batches of 1 only", "batch_size is 6", "give batch_size 1");
  }

  @Test
  void brokenPicturesAreNamed() throws IOException {
    Files.writeString(folder.resolve("images/red/3.png"), "no picture");
    CommandRun run = train(config(quantization("")));
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.out() + run.error()).contains("skipped", "3.png");
  }

  /** Neither measuring nor exporting a checkpoint looks at data to train with. */
  @Test
  void testingNeedsNoTrainingData() throws IOException {
    CommandRun trained = train(config(quantization("")));
    assertThat(trained.exitCode()).as(trained.error()).isZero();
    Path config = config(quantization(""));
    Files.writeString(
        config, Files.readString(config).replace("\"train\": \"data", "\"train\": \"gone"));
    Path last = folder.resolve("run/last.safetensors");
    CommandRun tested = train(config, "--mode", "test", "--resume", last);
    assertThat(tested.exitCode()).as(tested.error()).isZero();
    refused(train(config, "--resume", last), "gone.yaml");
  }

  @Test
  void dataWithoutSamples() throws IOException {
    Files.createDirectories(folder.resolve("nothing"));
    Files.writeString(
        folder.resolve("data.yaml"),
        Files.readString(folder.resolve("data.yaml")).replace("images: images", "images: nothing"));
    refused(train(config("")), "nothing");
  }

  @Test
  void unsupportedOperatorsAreListedTogetherWithTheirNodes() throws IOException {
    Path file = folder.resolve("model.onnx");
    Model model = ModelFiles.read(file);
    GraphEditor editor = new GraphEditor(model.graph());
    String before = model.graph().outputs().get(0).name();
    Node last = model.graph().producer(before);
    editor.replace(last.withOutputs(List.of("inner")));
    editor.add(
        Node.onnx("first odd", "MurmurOne", Attributes.NONE, List.of("inner"), List.of("odd")));
    editor.add(
        Node.onnx("second odd", "MurmurTwo", Attributes.NONE, List.of("odd"), List.of(before)));
    ModelFiles.write(model.withGraph(editor.build()), file, true);
    CommandRun run = train(config(""));
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.error())
        .contains("2 nodes", "MurmurOne (node \"first odd\")", "MurmurTwo (node \"second odd\")")
        .doesNotContain("\tat ");
  }

  @Test
  void checkpointsThatAreDamagedOrHostile() throws IOException {
    assertThat(train(config("")).exitCode()).isZero();
    Path good = folder.resolve("run/last.safetensors");
    byte[] bytes = Files.readAllBytes(good);
    Path bad = folder.resolve("bad.safetensors");
    Files.write(bad, Arrays.copyOf(bytes, bytes.length / 2));
    refused(train(config(""), "--resume", bad), "bad.safetensors");
    byte[] endless = bytes.clone();
    ByteBuffer.wrap(endless).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
    Files.write(bad, endless);
    refused(train(config(""), "--resume", bad), "bad.safetensors");
    Files.writeString(bad, "PK this is no checkpoint");
    refused(train(config(""), "--resume", bad), "bad.safetensors");
  }

  @Test
  void theCheckpointOfAnotherModel() throws IOException {
    assertThat(train(config("")).exitCode()).isZero();
    Path last = folder.resolve("run/last.safetensors");
    Path other = folder.resolve("other.onnx");
    Model model = ModelFiles.read(folder.resolve("model.onnx"));
    GraphEditor editor = new GraphEditor(model.graph());
    Node convolution = model.graph().node("conv");
    String weight = convolution.input(1);
    editor.constant("another.weight", model.graph().constants().get(weight));
    editor.replace(convolution.withInputs(List.of(convolution.input(0), "another.weight")));
    ModelFiles.write(model.withGraph(editor.removeUnused().build()), other, true);
    Path config = config("");
    Files.writeString(config, Files.readString(config).replace("model.onnx", "other.onnx"));
    refused(train(config, "--resume", last), "model", "other.onnx");
    refused(train(config, "--mode", "test", "--resume", last), "model");
  }

  /** Said before anything is written, not in the first step. */
  @Test
  void aModelWhoseOutputIsNoScores() throws IOException {
    Path file = folder.resolve("model.onnx");
    Model model = ModelFiles.read(file);
    GraphEditor editor = new GraphEditor(model.graph());
    String scores = model.graph().outputs().get(0).name();
    Node last = model.graph().producer(scores);
    editor.replace(last.withOutputs(List.of("inner")));
    editor.constant("more", Tensor.ofLongs(new long[] {1, -1, 3, 1}, 4));
    editor.add(
        Node.onnx("wide", "Reshape", Attributes.NONE, List.of("inner", "more"), List.of(scores)));
    editor.type(scores, TensorType.UNKNOWN);
    ModelFiles.write(model.withGraph(editor.build()), file, true);
    refused(train(config("")), "A classifier gives [N, classes]", "4 dimensions");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void theModelToTrainIsNeverWrittenOver() throws IOException {
    byte[] model = Files.readAllBytes(folder.resolve("model.onnx"));
    refused(
        CommandRun.of("train", "-c", config(""), "-o", folder, "--force"),
        "model.onnx is a file of the model to train");
    assertThat(folder.resolve("model.onnx")).hasBinaryContent(model);
    assertThat(folder.resolve("log.jsonl")).doesNotExist();
  }

  @Test
  void aFolderThatHoldsAnotherRun() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Path foreign = Files.writeString(run.resolve("best.safetensors"), "mine");
    refused(train(config("")), "best.safetensors is there from an earlier run", "--force");
    assertThat(foreign).hasContent("mine");
    Path other = folder.resolve("other");
    assertThat(CommandRun.of("train", "-c", config(""), "-o", other).exitCode()).isZero();
    refused(
        train(config(""), "--resume", other.resolve("last.safetensors")),
        "best.safetensors is there from an earlier run");
    assertThat(foreign).hasContent("mine");
  }

  /** Teacher, frozen layers and the accuracy without compression come from the first weights. */
  @Test
  void aRunGoesOnWithTheWeightsItBeganWith() throws IOException {
    Path first = folder.resolve("first.json");
    Files.writeString(first, Files.readString(config("")));
    assertThat(CommandRun.of("train", "-c", first, "-o", folder.resolve("plain")).exitCode())
        .isZero();
    Path weights = folder.resolve("plain").resolve("last.safetensors");
    Path frozen = config(quantization("") + ", \"frozen_layers\": [\"{re}conv\"], \"seed\": 1");
    CommandRun run = train(frozen, "--weights", weights, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    Path last = folder.resolve("run").resolve("last.safetensors");
    CommandRun tested = train(frozen, "--mode", "test", "--resume", last, "--json");
    assertThat(tested.exitCode()).as(tested.error()).isZero();
    assertThat(tested.json().get("top1")).isEqualTo(run.json().get("top1"));
    Path moved = Files.move(weights, folder.resolve("moved.safetensors"));
    refused(train(frozen, "--mode", "test", "--resume", last), "--weights", weights.toString());
    refused(
        train(frozen, "--mode", "test", "--resume", last, "--weights", last),
        "began with other weights");
    assertThat(train(frozen, "--mode", "test", "--resume", last, "--weights", moved).exitCode())
        .isZero();
    refused(train(frozen, "--weights", last, "--force"), "would write over it");
  }

  @Test
  void aFolderThatIsAFile() throws IOException {
    refused(
        CommandRun.of("train", "-c", config(""), "-o", folder.resolve("data.yaml")),
        "data.yaml is a file; give the name of a folder");
    refused(
        CommandRun.of("train", "-c", config(""), "-o", folder.resolve("data.yaml").resolve("x")),
        "cannot be made");
  }

  @Test
  void valuesOfAnotherTypeAreNamed() throws IOException {
    String text = Files.readString(config(""));
    String[][] changes = {
      {"\"epochs\": 1", "\"epochs\": \"five\"", "epochs: found \"five\"; allowed: a number"},
      {"\"batch_size\": 6", "\"batch_size\": \"big\"", "batch_size: found"},
      {"{\"type\": \"SGD\", \"base_lr\": 0.05}", "\"Adam\"", "optimizer: found \"Adam\""},
      {"0.05", "\"0.1\"", "optimizer.base_lr: found"},
      {"0.05", "0.05, \"momentum\": -3", "optimizer.momentum: found -3.0"},
      {"0.05", "0.05, \"warmup_epochs\": 1e300", "optimizer.warmup_epochs: found"},
      {"0.05", "0.05, \"schedule_type\": \"multistep\"", "optimizer.steps: is missing"},
      {"\"SGD\"", "\"Adam\", \"nesterov\": true", "optimizer.nesterov: is for"},
      {
        "\"epochs\": 1",
        "\"augmentation\": {\"padding\": 2000000000}",
        "augmentation.padding: found"
      },
      {
        "\"epochs\": 1",
        "\"compression\": [{\"algorithm\": \"magnitude_sparsity\"}, {\"algorithm\": \"rb_sparsity\"}]",
        "exclude each other"
      },
      {"0.05", "1e300", "optimizer.base_lr: found"},
      {"0.05", "0.05, \"momentun\": 1", "did you mean \"momentum\"?"},
      {"\"epochs\": 1", "\"epoch\": 7", "did you mean \"epochs\"?"},
      {"\"epochs\": 1", "\"compresion\": {}", "did you mean \"compression\"?"},
      {"\"epochs\": 1", "\"augmentation\": \"flip\"", "augmentation: found"},
      {"\"epochs\": 1", "\"frozen_layers\": \"{re}.*\"", "no weight that can be trained"},
      {"\"model.onnx\"", "\"a\\u0000b\"", "this is no path"},
    };
    for (String[] change : changes) {
      assertThat(text).contains(change[0]);
      Path file = Files.writeString(folder.resolve("c.json"), text.replace(change[0], change[1]));
      refused(train(file), change[2]);
    }
  }

  /** A checkpoint that was changed by hand is refused; the one that it was made from exports. */
  @Test
  void checkpointsWithOtherContent() throws IOException {
    Path file = config(quantization(""));
    CommandRun run = train(file);
    assertThat(run.exitCode()).as(run.error()).isZero();
    Path good = folder.resolve("run").resolve("last.safetensors");
    Checkpoint saved = Checkpoint.read(good);
    Map<String, String> notes = new HashMap<>(saved.notes());
    notes.remove("compression_state");
    resumed(file, changed(saved, saved.model(), notes, 1), "no state of compression");
    resumed(file, changed(saved, saved.model(), saved.notes(), 99), "99 epochs behind it");
    Map<String, String> codes = new HashMap<>(saved.notes());
    codes.computeIfPresent(
        "compression_state",
        (name, text) -> text.replaceAll("\"channels\":\\d+", "\"channels\":-1"));
    resumed(file, changed(saved, saved.model(), codes, 1), "-1 channels");
    Map<String, Tensor> broken = new HashMap<>(saved.model());
    broken.replaceAll(
        (name, tensor) -> {
          float[] values = tensor.toFloats();
          values[0] = Float.NaN;
          return Tensor.ofFloats(values, tensor.shape());
        });
    resumed(file, changed(saved, broken, saved.notes(), 1), "not finite");
    Checkpoint random =
        new Checkpoint(
            1,
            saved.step(),
            saved.model(),
            saved.optimizer(),
            Tensor.ofFloats(new float[] {1}, 1),
            saved.notes());
    resumed(file, random, "random numbers is damaged");
    CommandRun exported =
        CommandRun.of(
            "train",
            "-c",
            file,
            "-o",
            folder.resolve("elsewhere"),
            "--mode",
            "export",
            "--resume",
            good);
    assertThat(exported.exitCode()).as(exported.error()).isZero();
    assertThat(folder.resolve("elsewhere").resolve("model.onnx")).exists();
  }

  private static Checkpoint changed(
      Checkpoint saved, Map<String, Tensor> model, Map<String, String> notes, long epoch) {
    return new Checkpoint(epoch, saved.step(), model, saved.optimizer(), saved.random(), notes);
  }

  private void resumed(Path config, Checkpoint checkpoint, String message) {
    Path changed = folder.resolve("run").resolve("changed.safetensors");
    checkpoint.write(changed);
    refused(train(config, "--resume", changed), message);
  }
}
