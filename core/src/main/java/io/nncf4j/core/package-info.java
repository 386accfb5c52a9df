/**
 * The graph and everything that needs nothing but the graph. Must not depend on any other module,
 * nor on any library but JSpecify.
 */
@NullMarked
package io.nncf4j.core;

import org.jspecify.annotations.NullMarked;
