package io.nncf4j.compression.config;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Model;

/** Something that compression needs and JSON cannot hold, such as data; one of each class. */
public interface ExtraStruct {
  /** Samples from which ranges of quantizers start. */
  record QuantizationRangeInitArgs(CalibrationSamples samples) implements ExtraStruct {}

  /** Samples to which the running statistics of batch-norm are adapted. */
  record BNAdaptationInitArgs(CalibrationSamples samples) implements ExtraStruct {}

  /** The graph that teaches in {@code knowledge_distillation}, instead of the uncompressed one. */
  record KnowledgeDistillationTeacher(Model teacher) implements ExtraStruct {}
}
