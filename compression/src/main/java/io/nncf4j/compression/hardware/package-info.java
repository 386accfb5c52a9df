/**
 * Target devices as data: which operators run in which precisions, in order of preference.
 *
 * <p>Read first: {@link io.nncf4j.compression.hardware.HardwareProfile}. Knows no graph and no
 * algorithm.
 */
@NullMarked
package io.nncf4j.compression.hardware;

import org.jspecify.annotations.NullMarked;
