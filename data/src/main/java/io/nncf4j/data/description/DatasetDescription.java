package io.nncf4j.data.description;

import io.nncf4j.data.SampleSource;
import io.nncf4j.data.image.Preprocessing;
import io.nncf4j.data.metric.BoxOutputs;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A data set as a small YAML file describes it, so that preprocessing is data and not code.
 *
 * <pre>
 * images: images                    # folder, list file, archive.zip!folder, IDX or NPY file
 * labels: labels.csv                # file name,class index; or "folders"; or an IDX or NPY file
 * label-offset: 0                   # added to the class index to find the output index
 * annotations: instances.json       # COCO file, or a folder of VOC XML
 * input:
 *   resize: {shorter: 256}          # or {width: 416, height: 416, mode: stretch|letterbox}
 *   crop: 224                       # centre crop
 *   color: RGB                      # or BGR, GRAY
 *   scale: 0.00392156862745098      # applied to 0..255 first
 *   mean: [0.485, 0.456, 0.406]
 *   std: [0.229, 0.224, 0.225]
 *   layout: NCHW                    # or NHWC
 * output:                           # for detectors: how outputs become boxes
 *   boxes: boxes                    # one output, or one a level: [boxes8, boxes16]
 *   scores: scores                  # likewise
 *   classes: classes                # where scores have no column for each class
 *   form: corners                   # or center, or distances with strides: [8, 16]
 *   unit: pixels                    # or fraction, of the input
 *   background: 0                   # column of the scores that stands for nothing
 *   threshold: 0.05                 # lowest score
 *   nms: 0.6                        # overlap above which the less sure box goes; 1 keeps all
 * metric: top1                      # top1, top5, coco-map, voc-map, perplexity
 * </pre>
 *
 * @param file where it was read; paths in it are relative to its folder
 * @param images where the pictures are
 * @param labels where the class of each picture stands
 * @param labelOffset added to a class index to find its place in the model's output
 * @param annotations COCO file or folder of VOC XML
 * @param input what is done to a picture
 * @param output how a detector's outputs become boxes
 * @param metric what an evaluation measures
 */
public record DatasetDescription(
    Path file,
    ImageLocation images,
    Labels labels,
    int labelOffset,
    Optional<Path> annotations,
    Preprocessing input,
    Optional<BoxOutputs> output,
    Optional<MetricKind> metric) {

  /** Where the pictures are. */
  public sealed interface ImageLocation {
    /** A folder with pictures in it or below it. */
    record Folder(Path path) implements ImageLocation {}

    /** A text file that names pictures. */
    record ListFile(Path path) implements ImageLocation {}

    /** A folder inside a zip archive; empty for all of it. */
    record Archive(Path path, String folder) implements ImageLocation {}

    /** An array of pictures in one file, IDX or NPY. */
    record ArrayFile(Path path) implements ImageLocation {}

    /** No pictures but a text whose bytes are tokens, cut into windows. */
    record Text(Path path, int window) implements ImageLocation {}

    Path path();
  }

  /** Where the classes are. */
  public sealed interface Labels {
    /** Nowhere: enough for calibration. */
    record None() implements Labels {}

    /** The folder of a picture names its class; classes are numbered alphabetically. */
    record Folders() implements Labels {}

    /** A table of file name and class index, or an array of class indices. */
    record File(Path path) implements Labels {}
  }

  /**
   * Reads a description.
   *
   * @throws io.nncf4j.core.InputException that names every problem with file and line
   */
  public static DatasetDescription read(Path file) {
    return DatasetDescriptionReader.read(file);
  }

  /**
   * Opens the data set; close it when done.
   *
   * @throws io.nncf4j.core.InputException when files are missing, empty or malformed
   */
  public SampleSource open() {
    return DatasetOpener.open(this);
  }
}
