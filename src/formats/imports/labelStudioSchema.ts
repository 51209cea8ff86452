import { z } from 'zod';

/** What is no number is refused with the shape. */
const coordinate = z.unknown().optional();
const labels = z.array(z.string()).optional();

const result = z.object({
  id: z.string().optional(),
  type: z.string().optional(),
  original_width: z.int().positive().optional(),
  original_height: z.int().positive().optional(),
  value: z
    .object({
      ...{ x: coordinate, y: coordinate, width: coordinate, height: coordinate },
      ...{ radiusX: coordinate, radiusY: coordinate },
      rotation: z.number().optional(),
      points: z.array(z.tuple([z.unknown(), z.unknown()])).optional(),
      rle: z.array(z.int().min(0).max(255)).optional(),
      ...{ choices: labels, labels, rectanglelabels: labels, polygonlabels: labels, brushlabels: labels },
      imageDataURL: z.string().optional(),
      ...{ ellipselabels: labels, keypointlabels: labels, vectorlabels: labels, bitmasklabels: labels },
    })
    .optional(),
});

const annotation = z.object({ was_cancelled: z.boolean().optional(), result: z.array(result) });

/** One task of Label Studio's JSON export: an image and what people said of it. */
export const task = z.object({
  data: z.record(z.string(), z.unknown()),
  file_upload: z.string().nullish(),
  annotations: z.array(annotation).optional(),
  /** What annotations were called before. */
  completions: z.array(annotation).optional(),
});

export type Task = z.infer<typeof task>;
export type Result = z.infer<typeof result>;
