package io.nncf4j.report.html;

import static io.nncf4j.report.html.Scale.pixel;

import io.nncf4j.core.record.GraphNodeRecord;
import io.nncf4j.report.Figures;
import java.util.List;
import java.util.Locale;

/** The graph from inputs above to outputs below; colour says what a node computes in. */
final class GraphDrawing {
  private static final double NODE_HEIGHT = 20;
  private static final double LAYER_HEIGHT = 34;
  private static final double MARGIN = 10;

  private GraphDrawing() {}

  static void draw(Markup page, List<GraphNodeRecord> nodes) {
    GraphLayout layout = GraphLayout.of(nodes);
    if (layout == null) {
      page.element(
          "p",
          "The graph is too large to be drawn: "
              + nodes.size()
              + " nodes. The table of layers lists what each computes in.",
          "class",
          "note");
      return;
    }
    page.open("p", "class", "legend");
    key(page, "integer", "integers");
    key(page, "float", "floating point");
    page.close();
    page.open("div", "class", "scroll tall graph");
    page.open(
        "svg",
        "width",
        pixel(layout.width + 2 * MARGIN),
        "height",
        pixel(layout.layers.size() * LAYER_HEIGHT + 2 * MARGIN),
        "role",
        "img",
        "aria-label",
        "The graph of the model");
    double middle = MARGIN + layout.width / 2;
    for (List<GraphLayout.Place> layer : layout.layers) {
      for (GraphLayout.Place place : layer) {
        for (GraphLayout.Place target : place.below) {
          edge(page, place, target, middle);
        }
      }
    }
    for (List<GraphLayout.Place> layer : layout.layers) {
      for (GraphLayout.Place place : layer) {
        if (place.node != null) {
          node(page, place.node, middle + place.x, top(place));
        }
      }
    }
    page.close().close().line();
  }

  private static void key(Markup page, String style, String text) {
    page.open("span", "class", "key");
    page.open("i", "class", "swatch " + style).close();
    page.text(text).close();
  }

  private static double top(GraphLayout.Place place) {
    return MARGIN + place.layer * LAYER_HEIGHT + (LAYER_HEIGHT - NODE_HEIGHT) / 2;
  }

  private static void edge(
      Markup page, GraphLayout.Place from, GraphLayout.Place to, double middle) {
    double startX = middle + from.x;
    double endX = middle + to.x;
    double startY = top(from) + (from.node == null ? NODE_HEIGHT / 2 : NODE_HEIGHT);
    double endY = top(to) + (to.node == null ? NODE_HEIGHT / 2 : 0);
    double halfway = (startY + endY) / 2;
    String path =
        startX == endX
            ? "M" + pixel(startX) + " " + pixel(startY) + "V" + pixel(endY)
            : "M"
                + pixel(startX)
                + " "
                + pixel(startY)
                + "C"
                + pixel(startX)
                + " "
                + pixel(halfway)
                + " "
                + pixel(endX)
                + " "
                + pixel(halfway)
                + " "
                + pixel(endX)
                + " "
                + pixel(endY);
    page.empty("path", "class", "edge", "d", path);
  }

  private static void node(Markup page, GraphNodeRecord node, double x, double top) {
    page.open("g");
    page.element("title", node.name() + " (" + node.type() + "), " + node.precision());
    page.empty(
        "rect",
        "class",
        "node " + (isInteger(node.precision()) ? "integer" : "float"),
        "x",
        pixel(x - GraphLayout.NODE_WIDTH / 2),
        "y",
        pixel(top),
        "rx",
        "4",
        "width",
        pixel(GraphLayout.NODE_WIDTH),
        "height",
        pixel(NODE_HEIGHT));
    page.open(
        "text",
        "class",
        "tick",
        "x",
        pixel(x - GraphLayout.NODE_WIDTH / 2 + 8),
        "y",
        pixel(top + 13.5));
    page.element("tspan", Figures.shortened(Figures.printable(node.type()), 16), "class", "type");
    page.element(
        "tspan",
        Figures.shortened(
            Figures.printable(node.name()), Math.max(6, 34 - Math.min(16, node.type().length()))),
        "dx",
        "6");
    page.close().close();
  }

  private static boolean isInteger(String precision) {
    String name = precision.toLowerCase(Locale.ROOT);
    return name.startsWith("int") || name.startsWith("uint");
  }
}
