/**
 * The verb {@code convert}: a model in another format.
 *
 * <p>Read first: {@link io.nncf4j.cli.convert.ConvertCommand}. Must not be used by other verbs.
 */
@NullMarked
package io.nncf4j.cli.convert;

import org.jspecify.annotations.NullMarked;
