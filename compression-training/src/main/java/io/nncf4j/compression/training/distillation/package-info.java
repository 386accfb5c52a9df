/**
 * Knowledge distillation: a teacher runs beside the model, and what their outputs differ by is
 * added to the loss.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.distillation.KnowledgeDistillation}. Must
 * not depend on other algorithms.
 */
@NullMarked
package io.nncf4j.compression.training.distillation;

import org.jspecify.annotations.NullMarked;
