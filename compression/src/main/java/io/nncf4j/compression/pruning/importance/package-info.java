/**
 * How much a filter matters, read from weights alone.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.importance.FilterImportance}. Must not know
 * how many filters are to go.
 */
@NullMarked
package io.nncf4j.compression.pruning.importance;

import org.jspecify.annotations.NullMarked;
