/**
 * {@code nncf config}: checks configurations of compression and prints their schema.
 *
 * <p>Read first: {@link io.nncf4j.cli.config.ConfigCommand}. Must not depend on other verbs.
 */
@NullMarked
package io.nncf4j.cli.config;

import org.jspecify.annotations.NullMarked;
