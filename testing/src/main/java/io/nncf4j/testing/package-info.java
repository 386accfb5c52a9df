/**
 * Support for tests of every module: finds the shared models, data and expected outputs, and reads
 * NPY arrays. Start with {@link io.nncf4j.testing.SharedFiles}. Depends on no other module, so that
 * all of them can use it.
 */
@NullMarked
package io.nncf4j.testing;

import org.jspecify.annotations.NullMarked;
