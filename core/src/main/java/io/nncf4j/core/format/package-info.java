/**
 * The edge of the house where formats plug in: readers and writers of model files, found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>Read first: {@link io.nncf4j.core.format.ModelFiles}. Must not know any particular format.
 */
@NullMarked
package io.nncf4j.core.format;

import org.jspecify.annotations.NullMarked;
