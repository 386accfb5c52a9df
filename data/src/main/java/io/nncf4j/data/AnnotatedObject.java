package io.nncf4j.data;

/**
 * An object that an annotator saw in a picture.
 *
 * @param category index of the class, counted from 0 in the order of the data set's categories
 * @param box where it is, in pixels of the original picture
 * @param area area in square pixels that decides between small, medium and large; of the outline
 *     where the file has one, else of the box
 * @param ignored a crowd (COCO) or a difficult object (VOC): finding it is neither rewarded nor
 *     punished
 */
public record AnnotatedObject(int category, Box box, double area, boolean ignored) {}
