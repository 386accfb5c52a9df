/**
 * Pictures: decoding JPEG and PNG, resizing exactly as Pillow does, and writing the result as a
 * model's input.
 *
 * <p>Read first: {@link io.nncf4j.data.image.Preprocessing}, then {@link
 * io.nncf4j.data.image.ImageTransform}. Must not depend on sources, descriptions or metrics.
 */
@NullMarked
package io.nncf4j.data.image;

import org.jspecify.annotations.NullMarked;
