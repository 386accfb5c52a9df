package io.nncf4j.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.quantization.TinyNetwork;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Node;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the Javadoc of {@link Nncf} compiles, and does what it says. */
class NncfExampleTest {
  private static final Path SOURCE = Path.of("src/main/java/io/nncf4j/compression/Nncf.java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\n(.*?)\\}</pre>", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theExampleQuantizesAModel() throws Exception {
    ModelFiles.write(TinyNetwork.model(), folder.resolve("mobilenet.onnx"), false);
    Matcher example = EXAMPLE.matcher(Files.readString(SOURCE));
    assertThat(example.find()).isTrue();
    String lines =
        example
            .group(1)
            .lines()
            .map(line -> line.replaceFirst("^ \\* ?", ""))
            .collect(Collectors.joining("\n"));
    Path source =
        Files.writeString(
            folder.resolve("Example.java"),
            """
            import io.nncf4j.compression.Nncf;
            import io.nncf4j.compression.options.*;
            import io.nncf4j.compression.quantization.*;
            import io.nncf4j.core.format.ModelFiles;
            import io.nncf4j.core.graph.Model;
            import io.nncf4j.core.tensor.Tensor;
            import io.nncf4j.data.Dataset;
            import io.nncf4j.engines.SyntheticInputs;
            import java.nio.file.Path;
            import java.util.*;

            public class Example implements Runnable {
              private final Path folder = Path.of(System.getProperty("nncf.example"));
              private final List<Path> paths = List.of(Path.of("1.jpg"), Path.of("2.jpg"));

              private Tensor preprocess(Path photo) {
                Model model = ModelFiles.read(folder.resolve("mobilenet.onnx"));
                return SyntheticInputs.ofSeed(photo.hashCode()).generate(model.graph().inputs()).get("input");
              }

              @Override
              public void run() {
            %s
              }
            }
            """
                .formatted(lines.replace("Path.of(\"", "folder.resolve(\"")));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int result =
        compiler.run(
            null,
            null,
            null,
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            folder.toString(),
            source.toString());
    assertThat(result).isZero();
    System.setProperty("nncf.example", folder.toString());
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      ((Runnable) loader.loadClass("Example").getDeclaredConstructor().newInstance()).run();
    } finally {
      System.clearProperty("nncf.example");
    }
    List<Node> nodes = ModelFiles.read(folder.resolve("mobilenet-int8.onnx")).graph().nodes();
    assertThat(nodes).extracting(Node::type).contains("QuantizeLinear", "DequantizeLinear");
  }
}
