import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../../studio/workers/formatOf.js';

const guess = (texts: Readonly<Record<string, string>>) =>
  formatOf(Object.keys(texts), (path) => Promise.resolve(texts[path]!));

const coco = JSON.stringify({ info: {}, images: [{ id: 1 }], annotations: [], categories: [] });
const labelme = JSON.stringify({ version: '5.4', shapes: [], imagePath: 'a.jpg' });

describe('the format of a folder', () => {
  it.each([
    ['mvtec', { 'steel/train/good/1.png': '', 'steel/test/pit/1.png': '', 'steel/ground_truth/pit/1_mask.png': '' }],
    ['folders', { 'train/good/1.png': '', 'test/pit/1.png': '' }],
    ['folders', { '1.png': '', '2.png': '' }],
    ['btad', { '01/train/ok/1.bmp': '', '01/test/ko/1.bmp': '', '01/ground_truth/ko/1.png': '' }],
    ['kolektorsdd2', { 'train/1.png': '', 'train/1_GT.png': '' }],
    ['visa', { 'candle/image_anno.csv': '', 'candle/Data/Images/Normal/1.JPG': '' }],
    ['manifest', { 'all/manifest.jsonl': '', 'all/a.png': '' }],
    ['cvat', { 'annotations.xml': '<annotations>', 'a.png': '' }],
    ['voc', { 'VOC/Annotations/a.xml': '<annotation>', 'VOC/JPEGImages/a.jpg': '' }],
    ['yolo', { 'train/images/a.jpg': '', 'train/labels/a.txt': '', 'data.yaml': '' }],
    ['coco', { 'a.jpg': '', 'instances.json': coco }],
    ['labelme', { 'x/a.jpg': '', 'x/a.json': labelme }],
    ['labelstudio', { 'a.jpg': '', 'export.json': JSON.stringify([{ id: 1, annotations: [], data: {} }]) }],
    ['folders', { 'a.jpg': '', 'settings.json': '{"theme":"dark"}', '.hidden.json': coco }],
    ['folders', {}],
  ])('is %s for %j', async (format, texts) => {
    expect(await guess(texts as Record<string, string>)).toBe(format);
  });

  it('is found in a list of annotations that is far longer than what is looked at', async () => {
    const images = Array.from({ length: 20_000 }, (_, id) => ({ id, file_name: `${id}.jpg` }));
    expect(await guess({ 'all.json': JSON.stringify({ images, annotations: [], categories: [] }) })).toBe('coco');
  });
});
