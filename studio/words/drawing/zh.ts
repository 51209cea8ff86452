import { counting } from '../counting.js';
import type { DrawingWords } from './en.js';
import { actions, keys } from './keys.zh.js';

const n = counting('zh');
const pixels = (count: number) => n(count, '个像素');

/** Chinese, simplified. */
export const drawing: DrawingWords = {
  actions,
  keys,
  masks: {
    canvas: (filename, marked) => `${filename}，已标记 ${pixels(marked)}`,
    paintHint: '涂抹有缺陷的部分；右键擦除。',
    polygonHint: (close) => `点击各个顶点；按 ${close} 闭合多边形。`,
    nothingMarked: '此图像有缺陷，但没有像素标明位置。',
    difference: (differing) => `二者相差 ${pixels(differing)}。`,
    unfinished: (close, drop) => `多边形尚未闭合：按 ${close} 闭合，按 ${drop} 放弃。`,
    marked: (marked, share) => `已标记 ${pixels(marked)}，${share} %。`,
    tool: '工具',
    tools: { BRUSH: '画笔', ERASER: '橡皮', POLYGON: '多边形' },
    size: (size) => `大小：${pixels(size)}`,
    close: '闭合多边形',
    fillHoles: '填补空洞',
    derive: '保存时也由其生成框和块',
    derived: (made, left) => [made && `已生成：${made}`, left && `保留人工绘制的：${left}`].filter(Boolean).join('；'),
  },
  view: { title: '视图', brightness: '亮度', contrast: '对比度', plain: '还原' },
  suggestions: {
    title: '建议',
    show: '显示某个版本看到的区域',
    version: '版本',
    threshold: (factor) => `阈值：其自身的 ${factor} 倍`,
    loading: '正在询问该版本',
    counts: (open, accepted, rejected) => `建议 ${n(open, '个区域')}，接受 ${accepted} 个，拒绝 ${rejected} 个。`,
    acceptAll: '全部接受',
    reject: '拒绝',
    rejectAll: '全部拒绝',
    refusals: {
      notTrain: '仅用于训练图像：若模型为自己的测试提供标注，便是在评判自己。',
      noVersion: '尚未在此数据集上训练任何版本。',
      mayNot: '您无权在此项目中请求检测。',
    },
  },
};
