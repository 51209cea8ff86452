/** Every layout that can be imported, by the name a client gives it; docs/formats.md describes them. */
export const importFormatIds = [
  'mvtec',
  'visa',
  'btad',
  'kolektorsdd2',
  'folders',
  'manifest',
  'coco',
  'voc',
  'yolo',
  'labelme',
  'labelstudio',
  'cvat',
] as const;
export type ImportFormatId = (typeof importFormatIds)[number];
