/**
 * The two files of an OpenVINO IR as values: layers, ports and edges of the XML, bytes of the BIN.
 * Nothing here knows what an operator means.
 *
 * <p>Read first: {@link io.nncf4j.formats.openvino.ir.IrNetwork}. Must not depend on graphs.
 */
@NullMarked
package io.nncf4j.formats.openvino.ir;

import org.jspecify.annotations.NullMarked;
