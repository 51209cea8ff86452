import { counting } from '../counting.js';
import type { DrawingWords } from './en.js';

const n = counting('zh');
const pixels = (count: number) => n(count, '个像素');

/** Chinese, simplified. */
export const drawing: DrawingWords = {
  masks: {
    canvas: (filename, marked) => `${filename}，已标记 ${pixels(marked)}`,
    paintHint: '涂抹有缺陷的部分；右键擦除。',
    polygonHint: '点击各个顶点；按 Enter 闭合多边形。',
    nothingMarked: '此图像有缺陷，但没有像素标明位置。',
    difference: (differing) => `二者相差 ${pixels(differing)}。`,
    unfinished: '多边形尚未闭合：按 Enter 闭合，按 Escape 放弃。',
    marked: (marked, share) => `已标记 ${pixels(marked)}，${share} %。`,
    tool: '工具',
    tools: { BRUSH: '画笔', ERASER: '橡皮', POLYGON: '多边形' },
    size: (size) => `大小：${pixels(size)}`,
    close: '闭合多边形',
    fillHoles: '填补空洞',
  },
};
