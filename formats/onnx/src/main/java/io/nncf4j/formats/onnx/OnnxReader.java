package io.nncf4j.formats.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelReader;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.rewrite.opset.RaiseOpset;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Reads ONNX files of any opset and raises them to {@link Model#CANONICAL_OPSET}.
 *
 * <p>The file is mapped, and so is the external data beside it: weights are slices of the mapping
 * and cost no heap. Initializers that are listed as inputs too become constants; functions are
 * inlined; documentation strings of nodes and values are dropped; the model's own documentation,
 * domain and version are kept as metadata (see {@link ModelHeader}).
 */
public final class OnnxReader implements ModelReader {
  @Override
  public String format() {
    return "onnx";
  }

  @Override
  public boolean accepts(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  @Override
  public Model read(Path file) {
    return read(file, beside(file));
  }

  @Override
  public List<Path> filesOf(Path file) {
    ExternalData external = beside(file);
    read(file, external);
    List<Path> files = new ArrayList<>(List.of(file));
    files.addAll(external.files());
    return files;
  }

  private static ExternalData beside(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return new ExternalData(folder == null ? Path.of("") : folder);
  }

  private static Model read(Path file, ExternalData external) {
    try {
      return read(map(file), external);
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public OptionalInt opsetOf(Path file) {
    List<Onnx.OperatorSetIdProto> imports = parse(map(file)).getOpsetImportList();
    return OptionalInt.of(opsets(imports).getOrDefault("", 1));
  }

  private static ByteBuffer map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new InputException(
            "an ONNX file cannot be larger than 2 GiB, found "
                + channel.size()
                + " bytes; larger models keep their weights in a second file");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new InputException("cannot be read: " + e.getMessage(), e);
    }
  }

  static Model read(ByteBuffer bytes, ExternalData external) {
    Onnx.ModelProto message = parse(bytes);
    TensorDecoder tensors = new TensorDecoder(external);
    Map<String, Integer> opsets = opsets(message.getOpsetImportList());
    int readOpset = opsets.getOrDefault("", 1);
    int target = Math.max(Model.CANONICAL_OPSET, readOpset);
    for (Onnx.FunctionProto function : message.getFunctionsList()) {
      Map<String, Integer> own = opsets(function.getOpsetImportList());
      target = Math.max(target, own.getOrDefault("", 1));
      own.forEach(opsets::putIfAbsent);
    }
    Graph graph = new GraphDecoder(tensors, Map.of()).decode(message.getGraph());
    graph = new RaiseOpset(target).raise(graph, readOpset);
    graph = new ModelFunctions(message.getFunctionsList(), tensors, target).inline(graph);
    opsets.put("", target);
    Model model =
        new Model(graph, opsets, ModelHeader.metadata(message), ModelHeader.producer(message));
    return WrittenOpset.mark(model, readOpset);
  }

  private static Onnx.ModelProto parse(ByteBuffer bytes) {
    if (!bytes.hasRemaining()) {
      throw new InputException("the file is empty");
    }
    ByteString wrapped = UnsafeByteOperations.unsafeWrap(bytes);
    CodedInputStream input = wrapped.newCodedInput();
    input.enableAliasing(true);
    Onnx.ModelProto message;
    try {
      message = Onnx.ModelProto.parseFrom(input);
    } catch (IOException e) {
      throw new InputException("is no ONNX model, or is damaged: " + e.getMessage(), e);
    }
    if (!message.hasGraph()) {
      throw new InputException("is no ONNX model: it holds no graph");
    }
    return message;
  }

  /** Operator versions by domain; a file without any is of the time before versions, 1. */
  static Map<String, Integer> opsets(List<Onnx.OperatorSetIdProto> imports) {
    Map<String, Integer> opsets = new TreeMap<>();
    for (Onnx.OperatorSetIdProto one : imports) {
      String domain = new OperatorType(one.getDomain(), "").domain();
      if (one.getVersion() < 1 || one.getVersion() > 1_000_000) {
        throw new InputException(
            "names the version "
                + one.getVersion()
                + " of the operators of domain \""
                + domain
                + "\", which is none");
      }
      opsets.merge(domain, (int) one.getVersion(), Math::max);
    }
    opsets.putIfAbsent("", 1);
    return opsets;
  }
}
