/**
 * The YAML file that describes a data set: reading it with every problem named at once, and opening
 * what it describes.
 *
 * <p>Read first: {@link io.nncf4j.data.description.DatasetDescription}. Stands on top of pictures,
 * sources and metrics; nothing in this module depends on it.
 */
@NullMarked
package io.nncf4j.data.description;

import org.jspecify.annotations.NullMarked;
