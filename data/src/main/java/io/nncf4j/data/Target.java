package io.nncf4j.data;

import java.util.List;

/** What is known to be true of a sample. */
public sealed interface Target {
  /** Nothing is known: enough for calibration and latency. */
  record Unknown() implements Target {}

  /**
   * The picture shows one class.
   *
   * @param index index of the class in the model's output, the label offset already added
   */
  record ClassLabel(int index) implements Target {}

  /**
   * The picture shows these objects.
   *
   * @param imageId identifier that the annotation file gives to the picture
   * @param width width of the original picture in pixels
   * @param height height of the original picture in pixels
   * @param objects every annotated object, crowds included, in the order of the file
   */
  record Objects(long imageId, int width, int height, List<AnnotatedObject> objects)
      implements Target {
    public Objects {
      objects = List.copyOf(objects);
    }
  }

  /**
   * The token that follows each token of the input.
   *
   * @param next one token per input position
   */
  record NextTokens(List<Integer> next) implements Target {
    public NextTokens {
      next = List.copyOf(next);
    }
  }

  /** The only value of {@link Unknown} that anyone needs. */
  Target UNKNOWN = new Unknown();
}
