/**
 * OpenVINO IR as a format: the reader of versions 3 to 11 and the writer of version 11, found as
 * services.
 *
 * <p>Read first: {@link io.nncf4j.formats.openvino.OpenVinoReader}. Depends on core alone; knows no
 * engine and no algorithm.
 */
@NullMarked
package io.nncf4j.formats.openvino;

import org.jspecify.annotations.NullMarked;
