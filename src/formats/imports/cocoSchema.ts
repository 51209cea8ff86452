import { z } from 'zod';
import { imageLabels, splits } from '../../shared/labels.js';

const id = z.int().nonnegative();

/** Numbers are checked with the image's size, so that what is wrong with a box is told as everywhere else. */
const coordinates = z.array(z.unknown());

const image = z.object({
  id,
  file_name: z.string(),
  width: z.int().positive().optional(),
  height: z.int().positive().optional(),
  // Of panoptic files, whose masks are pictures.
  segments_info: z.array(z.unknown()).optional().catch(undefined),
  residua: z
    .object({ split: z.enum(splits), label: z.enum(imageLabels), defectType: z.string().nullable() })
    .partial()
    .optional(),
});

const annotation = z.object({
  id,
  image_id: z.unknown().optional(),
  category_id: z.unknown().optional(),
  bbox: coordinates.refine(({ length }) => length === 4 || length === 0, 'expected [x, y, width, height]').nullish(),
  segmentation: z
    .union([z.array(coordinates), z.object({ size: z.tuple([id, id]), counts: z.union([z.string(), coordinates]) })], {
      error: 'expected polygons [[x, y, …], …] or run lengths { size: [height, width], counts }',
    })
    .nullish(),
  // Other programs keep anything here.
  attributes: z
    .object({ rotation: z.number().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  residua: z.object({ kind: z.enum(['PIXEL', 'BOX']) }).optional(),
});

const category = z.object({
  id,
  name: z.string(),
  residua: z.object({ untyped: z.boolean() }).partial().optional(),
});

/** What is read of a COCO file; other members are left alone. */
export const cocoFile = z.object(
  {
    images: z.array(image),
    annotations: z.array(annotation).optional(),
    categories: z.array(category).optional(),
  },
  { error: 'expected an object with /images, /annotations and /categories' },
);

export type CocoFile = z.infer<typeof cocoFile>;
export type CocoImage = z.infer<typeof image>;
export type CocoAnnotation = z.infer<typeof annotation>;
export type CocoCategory = z.infer<typeof category>;
