/**
 * Coefficients by which the importance of filters becomes comparable between layers, and the search
 * for them.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.ranking.RankingSearch}. Must not know how a
 * candidate is tried.
 */
@NullMarked
package io.nncf4j.compression.pruning.ranking;

import org.jspecify.annotations.NullMarked;
