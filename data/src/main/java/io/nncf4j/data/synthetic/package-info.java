/**
 * Pictures that are drawn from a seed, with their class: for trying something where there are no
 * files.
 *
 * <p>Read first: {@link io.nncf4j.data.synthetic.ShapePictures}. Must not depend on files, nor on a
 * model.
 */
@NullMarked
package io.nncf4j.data.synthetic;

import org.jspecify.annotations.NullMarked;
