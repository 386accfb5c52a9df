/** Renders run records as text, JSON and one HTML page. Depends on core only. */
@NullMarked
package io.nncf4j.report;

import org.jspecify.annotations.NullMarked;
