package io.nncf4j.cli.convert;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.Quantities;
import io.nncf4j.cli.console.TextTable;
import io.nncf4j.cli.run.GivenModel;
import io.nncf4j.cli.run.ModelOptions;
import io.nncf4j.cli.run.RunnableModel;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.ModelReader;
import io.nncf4j.core.format.ModelWriter;
import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.rewrite.InputNormalization;
import io.nncf4j.formats.openvino.OpenVinoWriter;
import io.nncf4j.formats.tensorflow.TensorFlowReader;
import io.nncf4j.formats.tensorflow.translate.FlatGraphTranslator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nncf convert IN -o OUT}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Writes a model in another format, which the name of the output says.",
    footer = {
      "",
      "Reads ONNX (.onnx), OpenVINO IR (.xml, with .bin beside it), exported programs (.pt2) and",
      "TorchScript archives (.pt) of PyTorch, frozen graphs (.pb) and SavedModels (the folder) of",
      "TensorFlow; writes ONNX and OpenVINO IR.",
      "",
      "Examples:",
      "  nncf convert mobilenet.onnx -o mobilenet.xml",
      "  nncf convert mobilenet.onnx -o mobilenet.xml --half",
      "  nncf convert mobilenet.onnx -o mobilenet.xml --mean 124,116,104 --scale 58,57,57",
      "  nncf convert face-detection.xml -o face-detection.onnx",
      "  nncf convert resnet.pt2 -o resnet.onnx",
      "  nncf convert saved_model_folder -o model.onnx --signature serving_default",
      "  nncf convert resnet.onnx --weights resnet.pth -o trained.onnx"
    })
public final class ConvertCommand implements Callable<Integer> {
  @Mixin private final ModelOptions given = new ModelOptions();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Model file to write.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private Path output;

  @Option(
      names = "--half",
      description = "Store float32 weights in half precision (OpenVINO IR only).")
  private boolean half;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "MEAN",
      description =
          "Subtract from the pixels of each channel within the model: one number or one for each.")
  private List<Double> means = List.of();

  @Option(
      names = "--scale",
      split = ",",
      paramLabel = "SCALE",
      description = "Divide by these behind that: one number or one for each channel.")
  private List<Double> scales = List.of();

  @Option(
      names = "--reverse-channels",
      description = "Take the channels of the input in reverse order, before means and scales.")
  private boolean reverseChannels;

  @Option(
      names = "--input",
      paramLabel = "NAME",
      description = "Input that --mean, --scale and --reverse-channels are for, of several.")
  private @Nullable String input;

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "Signature of a TensorFlow SavedModel; serving_default unless given.")
  private @Nullable String signature;

  @Option(names = "--force", description = "Write over existing files.")
  private boolean force;

  @Mixin private final Console console = new Console();

  @Override
  public Integer call() throws IOException {
    ModelWriter writer = writer();
    Path file = given.file();
    GivenModel both = given.model();
    both.checkOutput(output, List.of(), force);
    InputNormalization normalization = new InputNormalization(means, scales, reverseChannels);
    if (input != null && normalization.isNone()) {
      throw new InputException("--input goes with --mean, --scale or --reverse-channels");
    }
    List<Finding> findings = new ArrayList<>();
    Model read = both.withWeights(read(file), findings);
    findings.addAll(turned(read));
    refuseForeign(read);
    CheckedGraph.read(file, read, findings);
    Model model = normalization.into(read, input);
    Model prepared = model;
    if (writer.format().equals("onnx")) {
      PassResult lowered = RunnableModel.lowered(model);
      findings.addAll(lowered.findings());
      prepared = lowered.model();
    }
    Model result = prepared;
    if (result != read) {
      CheckedGraph.written(output, result);
    }
    List<Path> written = OutputFiles.write(output, force, target -> writer.write(result, target));
    Conversion conversion =
        new Conversion(
            file.toString(),
            written.stream().map(Path::toString).toList(),
            formatOf(file),
            writer.format(),
            result.graph().nodes().size(),
            size(ModelFiles.filesOf(file)),
            size(written),
            findings);
    console.findings(findings);
    console.result(conversion, print(conversion));
    return 0;
  }

  private ModelWriter writer() {
    ModelWriter named = ModelFiles.writerFor(output);
    if (!half) {
      return named;
    }
    ModelWriter halving = OpenVinoWriter.withHalfWeights();
    if (!halving.format().equals(named.format())) {
      throw new InputException(
          "--half is of OpenVINO IR; the name "
              + output.getFileName()
              + " asks for "
              + named.format());
    }
    return halving;
  }

  private Model read(Path file) {
    String chosen = signature;
    if (chosen == null) {
      return ModelFiles.read(file);
    }
    if (!TensorFlowReader.isSavedModel(file)) {
      throw new InputException(
          "--signature goes with a SavedModel of TensorFlow, and " + file + " is none");
    }
    return TensorFlowReader.ofSignature(chosen).read(file);
  }

  /** Pictures of TensorFlow that come in or go out with channels first. */
  private static List<Finding> turned(Model model) {
    List<Finding> findings = new ArrayList<>();
    model
        .metadata()
        .forEach(
            (key, layout) -> {
              if (key.startsWith(FlatGraphTranslator.LAYOUT)) {
                findings.add(
                    Finding.information(
                        "layout-turned",
                        "\""
                            + key.substring(FlatGraphTranslator.LAYOUT.length())
                            + "\" is "
                            + layout
                            + "; TensorFlow has channels last"));
              }
            });
    return findings;
  }

  /** Layers that stand for themselves alone: no other format has them. */
  private static void refuseForeign(Model model) {
    List<UnsupportedOperatorException.Unsupported> foreign = ForeignNodes.list(model.graph());
    if (!foreign.isEmpty()) {
      throw new UnsupportedOperatorException("The conversion", foreign);
    }
  }

  private static String formatOf(Path file) {
    return ModelFiles.readers().stream()
        .filter(reader -> reader.accepts(file))
        .findFirst()
        .map(ModelReader::format)
        .orElse("");
  }

  private static long size(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path each : files) {
      bytes += Files.size(each);
    }
    return bytes;
  }

  private static String print(Conversion conversion) {
    return new TextTable()
        .row("read", conversion.model() + " (" + conversion.from() + ")")
        .row("written", String.join(", ", conversion.outputs()) + " (" + conversion.to() + ")")
        .row("nodes", Integer.toString(conversion.nodes()))
        .row(
            "size",
            Quantities.bytes(conversion.bytesBefore())
                + " before, "
                + Quantities.bytes(conversion.bytesAfter())
                + " after")
        .print();
  }
}
