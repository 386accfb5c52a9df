package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** If and Loop. Gradients flow through both; a loop that is trained has a fixed trip count. */
final class ControlFlowOperators {
  private ControlFlowOperators() {}

  static void addTo(OperatorTable table) {
    table.add("If", ControlFlowOperators::choice);
    table.add("Loop", ControlFlowOperators::loop);
    table.add("Scan", ControlFlowOperators::scan);
  }

  private static Operation choice(NodeContext context) {
    Body whenTrue = context.body("then_branch");
    Body whenFalse = context.body("else_branch");
    return a -> {
      Body chosen = a.number(0, 0) != 0 ? whenTrue : whenFalse;
      Tensor[] outputs = chosen.run();
      for (int index = 0; index < outputs.length; index++) {
        a.set(index, outputs[index]);
      }
    };
  }

  private static Operation loop(NodeContext context) {
    if (context.isTrainable() && (context.constant(0) == null || !staysTrue(context))) {
      throw new UnsupportedNode(
          "a loop can be trained only with a constant trip count and no condition");
    }
    Body body = context.body("body");
    return a -> {
      long trips = a.has(0) ? (long) a.number(0, 0) : Long.MAX_VALUE;
      boolean goesOn = a.number(1, 1) != 0;
      int carriedCount = a.inputCount() - 2;
      Tensor[] carried = new Tensor[carriedCount];
      for (int index = 0; index < carriedCount; index++) {
        carried[index] = new Tensor(a.tensor(index + 2));
      }
      List<List<Tensor>> scanned = new ArrayList<>();
      for (int index = 1 + carriedCount; index < body.outputCount(); index++) {
        scanned.add(new ArrayList<>());
      }
      for (long trip = 0; trip < trips && goesOn; trip++) {
        Tensor[] inputs = new Tensor[2 + carriedCount];
        inputs[0] = TensorExchange.copyToTorch(io.nncf4j.core.tensor.Tensor.scalar(trip));
        inputs[1] = TensorExchange.copyToTorch(truth());
        System.arraycopy(carried, 0, inputs, 2, carriedCount);
        Tensor[] outputs = body.run(inputs);
        for (Tensor input : inputs) {
          input.close();
        }
        goesOn = outputs[0].item_bool();
        outputs[0].close();
        System.arraycopy(outputs, 1, carried, 0, carriedCount);
        for (int index = 0; index < scanned.size(); index++) {
          scanned.get(index).add(outputs[1 + carriedCount + index]);
        }
      }
      for (int index = 0; index < carriedCount; index++) {
        a.set(index, carried[index]);
      }
      for (int index = 0; index < scanned.size(); index++) {
        a.set(carriedCount + index, stacked(scanned.get(index), 0));
      }
    };
  }

  /** The condition given from outside is absent or true, and the body hands it on as it is. */
  private static boolean staysTrue(NodeContext context) {
    var condition = context.constant(1);
    var body = context.node().graphAttribute("body");
    String result = body.outputs().get(0).name();
    for (int hops = 0; hops < body.nodes().size(); hops++) {
      var producer = body.producer(result);
      if (producer == null || !producer.is("Identity")) {
        break;
      }
      result = producer.input(0);
    }
    var constant = body.constantValue(result);
    boolean handsOn =
        result.equals(body.inputs().get(1).name()) || constant != null && constant.longAt(0) != 0;
    boolean startsTrue =
        !context.node().hasInput(1) || condition != null && condition.longAt(0) != 0;
    return handsOn && startsTrue;
  }

  private static io.nncf4j.core.tensor.Tensor truth() {
    return io.nncf4j.core.tensor.Tensor.ofBytes(DataType.BOOL, new byte[] {1});
  }

  /** Closes the parts. */
  private static Tensor stacked(List<Tensor> parts, long axis) {
    if (parts.isEmpty()) {
      return TensorExchange.empty(DataType.FLOAT32, 0);
    }
    try (TensorVector vector = Operations.vector(parts)) {
      return torch.stack(vector, axis);
    } finally {
      parts.forEach(Tensor::close);
    }
  }

  private static Operation scan(NodeContext context) {
    int scannedInputs = (int) context.node().intAttribute("num_scan_inputs", 1);
    for (String attribute : List.of("scan_input_axes", "scan_output_axes")) {
      for (long axis : context.node().intsAttribute(attribute)) {
        if (axis != 0) {
          throw new UnsupportedNode("a scan along another axis than the first");
        }
      }
    }
    for (String attribute : List.of("scan_input_directions", "scan_output_directions")) {
      for (long direction : context.node().intsAttribute(attribute)) {
        if (direction != 0) {
          throw new UnsupportedNode("a scan backwards");
        }
      }
    }
    Body body = context.body("body");
    return a -> {
      int carriedCount = a.inputCount() - scannedInputs;
      Tensor[] carried = new Tensor[carriedCount];
      for (int index = 0; index < carriedCount; index++) {
        carried[index] = new Tensor(a.tensor(index));
      }
      List<List<Tensor>> results = new ArrayList<>();
      for (int index = carriedCount; index < body.outputCount(); index++) {
        results.add(new ArrayList<>());
      }
      long length = a.tensor(carriedCount).size(0);
      for (long step = 0; step < length; step++) {
        Tensor[] inputs = new Tensor[carriedCount + scannedInputs];
        System.arraycopy(carried, 0, inputs, 0, carriedCount);
        for (int index = 0; index < scannedInputs; index++) {
          inputs[carriedCount + index] = torch.select(a.tensor(carriedCount + index), 0, step);
        }
        Tensor[] outputs = body.run(inputs);
        for (Tensor input : inputs) {
          input.close();
        }
        System.arraycopy(outputs, 0, carried, 0, carriedCount);
        for (int index = 0; index < results.size(); index++) {
          results.get(index).add(outputs[carriedCount + index]);
        }
      }
      for (int index = 0; index < carriedCount; index++) {
        a.set(index, carried[index]);
      }
      for (int index = 0; index < results.size(); index++) {
        a.set(carriedCount + index, stacked(results.get(index), 0));
      }
    };
  }
}
