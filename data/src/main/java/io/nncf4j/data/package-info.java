/**
 * Datasets and their YAML description, transforms and metrics. Depends on core; knows no engine.
 */
@NullMarked
package io.nncf4j.data;

import org.jspecify.annotations.NullMarked;
