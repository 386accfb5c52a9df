/**
 * One self-contained HTML page for a run: no external resource, no script library, plots as inline
 * SVG. Every string of the record is escaped by {@link io.nncf4j.report.html.Markup}, which is the
 * only way to write.
 *
 * <p>Read first: {@link io.nncf4j.report.html.HtmlReport}. Must not depend on anything but core and
 * the package above.
 */
@NullMarked
package io.nncf4j.report.html;

import org.jspecify.annotations.NullMarked;
