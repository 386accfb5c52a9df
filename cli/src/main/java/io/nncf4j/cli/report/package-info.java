/**
 * The verb {@code report}, and the files that every verb leaves about a run.
 *
 * <p>Read first: {@link io.nncf4j.cli.report.RunFiles}. Must not know any other verb.
 */
@NullMarked
package io.nncf4j.cli.report;

import org.jspecify.annotations.NullMarked;
