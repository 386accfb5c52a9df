package io.nncf4j.core.print;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.GoldenFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrinterTest {
  private static Graph network() {
    Graph body = graph("then \"branch\"").node("inner", "Relu", "y").output("inner").build();
    Graph other = graph("else").node("other", "Neg", "y").output("other").build();
    return graph("net")
        .input("x", 1, 3, 8, 8)
        .input("flag", TensorType.of(DataType.BOOL))
        .constant("w", Tensor.ofFloats(new float[27], 1, 3, 3, 3))
        .constant("axes", Tensor.vector(2, 3))
        .constant("odd name", Tensor.scalar(0.5f))
        .node("y", "Conv", "x w", with("pads", new long[] {1, 1, 1, 1}, "auto_pad", "NOTSET"))
        .type("y", DataType.FLOAT32, 1, 1, 8, 8)
        .node("dims", "Shape", "y")
        .type("dims", DataType.INT64, 4)
        .node("z", "If", "flag", with("then_branch", body, "else_branch", other))
        .node(
            Node.onnx(
                "Clip \"1\"\\",
                "Clip",
                with("k", Tensor.scalar(7)),
                List.of("z", "", "odd name"),
                List.of("out")))
        .node("dims2", "Identity", "dims")
        .output("out", 1, 1, 8, 8)
        .output("dims2")
        .build();
  }

  @Test
  void textShowsEveryPartOfTheModel() {
    Model model =
        new Model(network(), java.util.Map.of("", 21), java.util.Map.of("k", "a\nb"), "maker 1.0");
    GoldenFile.check("printed-network.txt", TextPrinter.defaults().print(model));
  }

  @Test
  void dotShowsNodesEdgesAndBodies() {
    GoldenFile.check("printed-network.dot", DotPrinter.print(network()));
  }

  @Test
  void constantsAboveTheLimitShowNoValues() {
    Graph graph = graph().constant("c", Tensor.vector(1, 2, 3)).output("c").build();
    assertThat(new TextPrinter(2, true).print(graph)).contains("constant %c: int64[3]\n");
    assertThat(new TextPrinter(3, true).print(graph)).contains("int64[3] = {1, 2, 3}\n");
  }
}
