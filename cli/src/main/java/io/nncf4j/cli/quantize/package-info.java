/**
 * {@code nncf quantize}: quantizes a model after training and says what it was worth.
 *
 * <p>Read first: {@link io.nncf4j.cli.quantize.QuantizeCommand}. Must not depend on other verbs.
 */
@NullMarked
package io.nncf4j.cli.quantize;

import org.jspecify.annotations.NullMarked;
