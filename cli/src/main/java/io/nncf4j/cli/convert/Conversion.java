package io.nncf4j.cli.convert;

import io.nncf4j.core.Finding;
import java.util.List;

/**
 * What {@code nncf convert} says; the names of the components are the names in JSON.
 *
 * @param model the model that was read
 * @param outputs files that were written, the main one first
 * @param from format read
 * @param to format written
 * @param nodes nodes of the graph
 * @param bytesBefore size of all files of the model that was read
 * @param bytesAfter size of all files that were written
 * @param findings what the user should know
 */
record Conversion(
    String model,
    List<String> outputs,
    String from,
    String to,
    int nodes,
    long bytesBefore,
    long bytesAfter,
    List<Finding> findings) {}
