/**
 * What a run did and measured, as plain records: every verb that makes a model fills the same ones.
 * They know nothing of how they are shown.
 *
 * <p>Read first: {@link io.nncf4j.core.record.RunRecord}. Must not depend on the graph, on any
 * engine, or on a way to render.
 */
@NullMarked
package io.nncf4j.core.record;

import org.jspecify.annotations.NullMarked;
