/**
 * {@code nncf train}: trains a classifier, with the compression that its configuration names.
 *
 * <p>Read first: {@link io.nncf4j.cli.train.TrainCommand}. Must not depend on other verbs.
 */
@NullMarked
package io.nncf4j.cli.train;

import org.jspecify.annotations.NullMarked;
