package io.nncf4j.core.graph;

/**
 * Operator domain and type, such as {@code Conv} of the ONNX domain. The version is the model's:
 * see {@link Model#opsets()}.
 *
 * @param domain empty for the standard ONNX domain
 * @param name operator type as ONNX spells it
 */
public record OperatorType(String domain, String name) {
  /** Domain of the operators that this framework adds, such as FakeQuantize. */
  public static final String NNCF_DOMAIN = "io.nncf4j";

  /** Domain of ONNX Runtime's contributed operators. */
  public static final String MICROSOFT_DOMAIN = "com.microsoft";

  public OperatorType {
    // ONNX allows both spellings of its own domain; one of them is enough inside.
    domain = domain.equals("ai.onnx") ? "" : domain;
  }

  public static OperatorType onnx(String name) {
    return new OperatorType("", name);
  }

  public boolean isOnnx() {
    return domain.isEmpty();
  }

  @Override
  public String toString() {
    return domain.isEmpty() ? name : domain + "." + name;
  }
}
