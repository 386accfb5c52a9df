/**
 * What models are calibrated, measured and trained with: samples with their targets, batches
 * prepared ahead of the consumer, and any {@code Iterable} with a transform. Image files, sources,
 * descriptions in YAML and metrics stand in the packages below.
 *
 * <p>Read first: {@link io.nncf4j.data.SampleSource}, then {@link io.nncf4j.data.BatchLoader}; most
 * callers begin with {@code DatasetDescription.read(file).open()}. Depends on core; must know no
 * engine and no format of models.
 */
@NullMarked
package io.nncf4j.data;

import org.jspecify.annotations.NullMarked;
