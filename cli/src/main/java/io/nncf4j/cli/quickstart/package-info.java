/**
 * The verb {@code quickstart}: the whole main job on a small model that comes along and pictures
 * that are drawn.
 *
 * <p>Read first: {@link io.nncf4j.cli.quickstart.QuickstartCommand}. Must not need a file or
 * network.
 */
@NullMarked
package io.nncf4j.cli.quickstart;

import org.jspecify.annotations.NullMarked;
