package io.nncf4j.formats.openvino;

/** IRs of one layer that reads four integers. */
final class IntegerLayer {
  private static final String FOUR = "<dim>4</dim></port>";

  private IntegerLayer() {}

  static String of(String type, String attributes) {
    return "<net version=\"11\"><layers>"
        + input()
        + "<layer id=\"1\" name=\"layer\" type=\"%s\" version=\"opset1\"><data %s/>"
            .formatted(type, attributes)
        + "<input><port id=\"0\">"
        + FOUR
        + "</input><output><port id=\"1\" precision=\"I32\">"
        + FOUR
        + "</output></layer>"
        + result(2, FOUR)
        + "</layers><edges>"
        + edge(0, 0, 1, 0)
        + edge(1, 1, 2, 0)
        + "</edges></net>";
  }

  /** Depth, the value that is on, and the one that is off, are the weights. */
  static String oneHot() {
    String made = "<dim>4</dim><dim>3</dim></port>";
    return "<net version=\"11\"><layers>"
        + input()
        + constant(1, "i64", 0, 8)
        + constant(2, "f32", 8, 4)
        + constant(3, "f32", 12, 4)
        + "<layer id=\"4\" name=\"layer\" type=\"OneHot\" version=\"opset1\"><data axis=\"-1\"/>"
        + "<input><port id=\"0\">"
        + FOUR
        + "<port id=\"1\"/><port id=\"2\"/><port id=\"3\"/></input><output><port id=\"4\""
        + " precision=\"FP32\">"
        + made
        + "</output></layer>"
        + result(5, made)
        + "</layers><edges>"
        + edge(0, 0, 4, 0)
        + edge(1, 0, 4, 1)
        + edge(2, 0, 4, 2)
        + edge(3, 0, 4, 3)
        + edge(4, 4, 5, 0)
        + "</edges></net>";
  }

  private static String input() {
    return "<layer id=\"0\" name=\"in\" type=\"Parameter\" version=\"opset1\"><data shape=\"4\""
        + " element_type=\"i32\"/><output><port id=\"0\" precision=\"I32\">"
        + FOUR
        + "</output></layer>";
  }

  private static String constant(int layer, String type, int offset, int size) {
    return ("<layer id=\"%d\" name=\"c%d\" type=\"Const\" version=\"opset1\"><data"
            + " element_type=\"%s\" shape=\"\" offset=\"%d\" size=\"%d\"/><output><port id=\"0\""
            + " precision=\"%s\"/></output></layer>")
        .formatted(layer, layer, type, offset, size, type.equals("i64") ? "I64" : "FP32");
  }

  private static String result(int layer, String port) {
    return "<layer id=\"%d\" name=\"out\" type=\"Result\" version=\"opset1\"><input><port id=\"0\">"
            .formatted(layer)
        + port
        + "</input></layer>";
  }

  private static String edge(int from, int fromPort, int to, int toPort) {
    return "<edge from-layer=\"%d\" from-port=\"%d\" to-layer=\"%d\" to-port=\"%d\"/>"
        .formatted(from, fromPort, to, toPort);
  }
}
