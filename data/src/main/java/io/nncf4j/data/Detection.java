package io.nncf4j.data;

/**
 * An object that a model claims to see.
 *
 * @param category index of the class, counted as in {@link AnnotatedObject}
 * @param box where, in pixels of the original picture
 * @param score the higher the surer
 */
public record Detection(int category, Box box, double score) {}
