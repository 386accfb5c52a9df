/**
 * Where samples come from: files in folders, lists and archives, with labels from folders or tables
 * and objects from annotation files.
 *
 * <p>Read first: {@link io.nncf4j.data.source.ImageSource}. May use pictures, must not know the
 * YAML description or metrics.
 */
@NullMarked
package io.nncf4j.data.source;

import org.jspecify.annotations.NullMarked;
