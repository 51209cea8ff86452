/** Every layout a data set can be exported in, by the name a client gives it; docs/formats.md says what each loses. */
export const exportFormatIds = ['manifest', 'coco', 'voc', 'mvtec', 'blocks-csv'] as const;
export type ExportFormatId = (typeof exportFormatIds)[number];
