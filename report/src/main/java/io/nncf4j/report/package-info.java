/**
 * Shows run records: as text for the console, as JSON for machines, and, in the package below, as
 * one HTML page.
 *
 * <p>Read first: {@link io.nncf4j.report.TextReport}. Depends on core only; knows no verb, engine
 * or format.
 */
@NullMarked
package io.nncf4j.report;

import org.jspecify.annotations.NullMarked;
