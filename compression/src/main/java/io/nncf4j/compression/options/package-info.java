/**
 * What a user chooses: presets, target devices, model types and ignored scopes, named as users of
 * NNCF know them. Plain values without behaviour beyond checking themselves.
 *
 * <p>Read first: {@link io.nncf4j.compression.options.QuantizationOptions}. Must not depend on any
 * other package of this module.
 */
@NullMarked
package io.nncf4j.compression.options;

import org.jspecify.annotations.NullMarked;
