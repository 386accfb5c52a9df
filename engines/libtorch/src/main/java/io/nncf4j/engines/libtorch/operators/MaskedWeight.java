package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/**
 * The node that multiplies a weight by a mask of zeros and ones while a model is trained. The mask
 * is a buffer of the session's state: whoever guides training changes it.
 */
public final class MaskedWeight {
  /** Index of the mask among the inputs; the weight is the first. */
  public static final int MASK = 1;

  static final String TYPE = "MaskedWeight";

  private MaskedWeight() {}

  public static Node node(String name, String weight, String mask, String output) {
    return new Node(
        name,
        new OperatorType(OperatorType.NNCF_DOMAIN, TYPE),
        Attributes.NONE,
        List.of(weight, mask),
        List.of(output));
  }

  public static boolean is(Node node) {
    return node.operator().domain().equals(OperatorType.NNCF_DOMAIN)
        && node.operator().name().equals(TYPE);
  }

  static void run(Arguments a) {
    a.set(torch.mul(a.tensor(0), a.tensor(MASK)));
  }
}
