package io.nncf4j.formats.tensorflow;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelReader;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.formats.tensorflow.bundle.VariableBundle;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.Message;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import io.nncf4j.formats.tensorflow.translate.FlatGraphTranslator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads frozen graphs ({@code .pb}) and SavedModels (the folder, or {@code saved_model.pb} in it).
 *
 * <p>Pictures come in and go out with channels first, whatever TensorFlow's layout was; the model's
 * metadata says of which inputs and outputs that is so ({@code tensorflow/layout/NAME}). A frozen
 * graph's outputs are the nodes that nothing reads. Batch normalisation is kept.
 */
public final class TensorFlowReader implements ModelReader {
  /** Nodes that nothing reads and that are no outputs all the same. */
  private static final Set<String> NO_OUTPUTS =
      Set.of(
          "Const",
          "Placeholder",
          "NoOp",
          "Assert",
          "SaveV2",
          "RestoreV2",
          "Assign",
          "TensorArrayCloseV3");

  private final @Nullable String signature;

  public TensorFlowReader() {
    this(null);
  }

  private TensorFlowReader(@Nullable String signature) {
    this.signature = signature;
  }

  /** A reader that takes inputs and outputs from this signature of a SavedModel. */
  public static TensorFlowReader ofSignature(String name) {
    return new TensorFlowReader(name);
  }

  @Override
  public String format() {
    return "tensorflow";
  }

  @Override
  public boolean accepts(Path file) {
    return Files.isDirectory(file)
        ? Files.isRegularFile(file.resolve(SavedModel.FILE))
        : file.toString().toLowerCase(Locale.ROOT).endsWith(".pb");
  }

  @Override
  public Model read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(SavedModel.FILE) : path;
    try {
      Message content = Message.of(map(file));
      return isSavedModel(content) ? savedModel(file, content) : frozen(content);
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }

  /** True for the folder of a SavedModel and for the file of its graph in it. */
  public static boolean isSavedModel(Path path) {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve(SavedModel.FILE));
    }
    if (!path.toString().toLowerCase(Locale.ROOT).endsWith(".pb")) {
      return false;
    }
    try {
      return isSavedModel(Message.of(map(path)));
    } catch (InputException e) {
      throw new InputException(path + ": " + e.getMessage(), e);
    }
  }

  /** A SavedModel begins with its version, a graph with its nodes. */
  private static boolean isSavedModel(Message content) {
    return content.has(1) && content.bytes(1).remaining() == 0;
  }

  private Model savedModel(Path file, Message content) {
    SavedModel saved = SavedModel.read(file, content, signature);
    VariableBundle variables = saved.variables();
    FlatGraphTranslator translator =
        new FlatGraphTranslator(
            FlatGraph.of(saved.graph()),
            "saved_model",
            name -> variables == null ? null : variables.variable(name));
    Graph graph = translator.translate(saved.inputs(), saved.outputs());
    return ForeignNodes.model(graph, translator.metadata(), "tensorflow");
  }

  private static Model frozen(Message content) {
    FlatGraph flat = FlatGraph.of(content);
    LinkedHashMap<String, String> outputs = new LinkedHashMap<>();
    for (NodeDefinition node : flat.nodes()) {
      if (flat.consumers(node.name()).isEmpty()
          && !NO_OUTPUTS.contains(node.operator())
          && !isPivot(flat, node)) {
        outputs.put(node.name() + ":0", node.name());
      }
    }
    if (outputs.isEmpty()) {
      throw new InputException("it is no graph of TensorFlow, or one without outputs");
    }
    FlatGraphTranslator translator = new FlatGraphTranslator(flat, "frozen", name -> null);
    Graph graph = translator.translate(Map.of(), outputs);
    return ForeignNodes.model(graph, translator.metadata(), "tensorflow");
  }

  /** A condition parted by itself: what a branch does waits for it, and nothing reads it. */
  private static boolean isPivot(FlatGraph flat, NodeDefinition node) {
    NodeDefinition source =
        node.inputs().size() == 1 ? flat.node(FlatGraph.nodeOf(node.inputs().get(0))) : null;
    return source != null
        && source.operator().equals("Switch")
        && source.inputs().size() == 2
        && source.inputs().get(0).equals(source.inputs().get(1));
  }

  private static ByteBuffer map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new InputException("it has more than 2 GiB, which is not read");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new InputException("it cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public List<Path> filesOf(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(SavedModel.FILE) : path;
    List<Path> files = new ArrayList<>(List.of(file));
    Path variables = file.resolveSibling("variables");
    if (file.endsWith(SavedModel.FILE)
        && Files.isRegularFile(variables.resolve("variables.index"))) {
      files.addAll(VariableBundle.read(variables.resolve("variables")).files());
    }
    return files;
  }
}
