package io.nncf4j.cli.inspect;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.run.ModelOptions;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.ModelReader;
import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.print.DotPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nncf inspect MODEL}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows what is in a model: operators, parameters, FLOPs, size, precisions.",
    footer = {
      "",
      "Examples:",
      "  nncf inspect mobilenet.onnx",
      "  nncf inspect detector.onnx --input-shape images=1,3,416,416 --json",
      "  nncf inspect mobilenet.onnx --graph mobilenet.dot && dot -Tsvg -O mobilenet.dot"
    })
public final class InspectCommand implements Callable<Integer> {
  @Mixin private final ModelOptions given = new ModelOptions();

  @Option(
      names = "--graph",
      paramLabel = "FILE",
      description = "Write the graph in DOT, the language of Graphviz.")
  private @Nullable Path graph;

  @Option(names = "--force", description = "Write over an existing file.")
  private boolean force;

  @Option(
      names = "--input-shape",
      paramLabel = "NAME=LENGTHS",
      description = "Count operations with this shape of an input, such as images=1,3,416,416.")
  private final Map<String, String> shapes = new LinkedHashMap<>();

  @Mixin private final Console console = new Console();

  @Override
  public Integer call() throws IOException {
    Map<String, Shape> inputShapes = new LinkedHashMap<>();
    shapes.forEach((name, lengths) -> inputShapes.put(name, shape(name, lengths)));
    if (graph != null) {
      OutputFiles.check(graph, force);
    }
    Path file = given.file();
    List<Finding> findings = new ArrayList<>();
    Model model = given.model().read(findings);
    console.findings(findings);
    Optional<ModelReader> reader =
        ModelFiles.readers().stream().filter(each -> each.accepts(file)).findFirst();
    int opset =
        reader.map(each -> each.opsetOf(file)).orElse(OptionalInt.empty()).orElse(model.opset());
    Inspection inspection =
        new Inspector(model)
            .inspect(
                file.toString(),
                reader.map(ModelReader::format).orElse(""),
                opset,
                size(file),
                inputShapes);
    if (graph != null) {
      OutputFiles.writeText(graph, force, DotPrinter.print(model.graph()));
    }
    console.result(inspection, InspectionText.print(inspection));
    return 0;
  }

  /** Of the file, or of all files of a model that is a folder. */
  private static long size(Path file) throws IOException {
    if (!Files.isDirectory(file)) {
      return Files.size(file);
    }
    long bytes = 0;
    for (Path each : ModelFiles.filesOf(file)) {
      bytes += Files.size(each);
    }
    return bytes;
  }

  private static Shape shape(String name, String lengths) {
    String[] parts = lengths.split(",", -1);
    long[] shape = new long[parts.length];
    for (int axis = 0; axis < parts.length; axis++) {
      if (!parts[axis].strip().matches("\\d{1,9}")) {
        throw new InputException(
            "--input-shape "
                + name
                + "="
                + lengths
                + ": expected lengths separated by commas, such as 1,3,224,224");
      }
      shape[axis] = Long.parseLong(parts[axis].strip());
    }
    return Shape.of(shape);
  }
}
