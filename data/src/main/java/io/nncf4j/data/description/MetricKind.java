package io.nncf4j.data.description;

/** The metrics that a description can ask for. */
public enum MetricKind {
  TOP1("top1"),
  TOP5("top5"),
  COCO_MAP("coco-map"),
  VOC_MAP("voc-map"),
  PERPLEXITY("perplexity");

  private final String label;

  MetricKind(String label) {
    this.label = label;
  }

  /** As written in YAML and shown in tables. */
  public String label() {
    return label;
  }

  /** True for metrics that compare boxes. */
  public boolean isDetection() {
    return this == COCO_MAP || this == VOC_MAP;
  }

  /** True for metrics that compare classes. */
  public boolean isClassification() {
    return this == TOP1 || this == TOP5;
  }
}
