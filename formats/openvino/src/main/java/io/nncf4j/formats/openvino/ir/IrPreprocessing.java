package io.nncf4j.formats.openvino.ir;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamException;

/**
 * What the Inference Engine did to an input of the versions 2 to 7 before the first layer: {@code
 * (x - mean) / scale} for each channel.
 *
 * @param input name of the input's layer; empty where the file does not say
 * @param means one for each channel
 * @param scales likewise
 */
public record IrPreprocessing(String input, List<Double> means, List<Double> scales) {
  public IrPreprocessing {
    means = List.copyOf(means);
    scales = List.copyOf(scales);
  }

  /** The element at the cursor, up to its end. */
  static IrPreprocessing parse(XmlCursor xml) throws XMLStreamException {
    String input = xml.attribute("reference-layer-name", "");
    TreeMap<Long, Double> means = new TreeMap<>();
    TreeMap<Long, Double> scales = new TreeMap<>();
    while (xml.nextChild()) {
      if (!xml.name().equals("channel")) {
        xml.skip();
        continue;
      }
      long channel = xml.number("id", 0, 65_535, -1);
      means.put(channel, 0.0);
      scales.put(channel, 1.0);
      while (xml.nextChild()) {
        String element = xml.name();
        if (element.equals("mean") && !xml.has("value")) {
          throw new InputException(
              "subtracts a mean image from the input \""
                  + input
                  + "\" (pre-process, channel "
                  + channel
                  + "), which is not read; convert the original model with a mean for each channel");
        }
        if (element.equals("mean") || element.equals("scale")) {
          (element.equals("mean") ? means : scales).put(channel, xml.real("value", 0));
        }
        xml.skip();
      }
    }
    if (!means.isEmpty() && means.lastKey() != means.size() - 1) {
      throw new InputException(
          "has a pre-process of the channels " + means.keySet() + "; they should count from 0");
    }
    return new IrPreprocessing(
        input, new ArrayList<>(means.values()), new ArrayList<>(scales.values()));
  }

  /** True when it changes nothing. */
  public boolean isNone() {
    return means.stream().allMatch(each -> each == 0)
        && scales.stream().allMatch(each -> each == 1);
  }
}
