/** Reads and writes ONNX files. Depends on core and protobuf; knows no engine and no algorithm. */
@NullMarked
package io.nncf4j.formats.onnx;

import org.jspecify.annotations.NullMarked;
