/**
 * The configuration of compression: what a JSON file may say, checked against a schema, and the
 * records that algorithms read from it.
 *
 * <p>Read first: {@link io.nncf4j.compression.config.NNCFConfig}. Must not depend on algorithms or
 * training.
 */
@NullMarked
package io.nncf4j.compression.config;

import org.jspecify.annotations.NullMarked;
