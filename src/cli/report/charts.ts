import { LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { trusted, type Html } from './html.js';

use([LineChart, GridComponent, SVGRenderer]);

/** One line of a chart. */
export interface ChartLine {
  /** Which of the page's run colours, from 0. */
  colour: number;
  points: readonly (readonly [number, number])[];
  /** Drawn thin and pale, behind the others. */
  faint?: boolean;
}

export interface Chart {
  /** Read aloud instead of the picture. */
  label: string;
  x: { name: string; max?: number };
  y: { name: string; max?: number };
  /** Dashed reference line, e.g. chance. */
  reference?: readonly (readonly [number, number])[];
  lines: readonly ChartLine[];
}

const size = { width: 440, height: 320 };
/** More points than pixels only make the file larger. */
const mostPoints = 240;

/** The chart as inline SVG that scales with its container. Colours are the page's CSS variables, so it follows light and dark. */
export function chartSvg(chart: Chart): Html {
  const instance = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    instance.setOption(optionOf(chart));
    const svg = instance.renderToSVGString();
    return trusted(
      svg
        .replace(/^<svg ([^>]*?)width="\d+" height="\d+" /, `<svg role="img" aria-label="${chart.label}" $1`)
        // The renderer's hover styles are of no use in a page without script.
        .replace(/<style[\s\S]*?<\/style>/g, ''),
    );
  } finally {
    instance.dispose();
  }
}

function optionOf(chart: Chart): EChartsCoreOption {
  return {
    animation: false,
    grid: { left: 56, right: 16, top: 14, bottom: 46 },
    xAxis: axis(chart.x, 28),
    yAxis: axis(chart.y, 40),
    series: [
      ...(chart.reference
        ? [{ ...line(chart.reference, 'var(--muted)'), lineStyle: { color: 'var(--muted)', width: 1, type: 'dashed' } }]
        : []),
      ...chart.lines.map(({ points, colour, faint }) => ({
        ...line(thinned(points), `var(--run${colour})`),
        lineStyle: { color: `var(--run${colour})`, width: faint ? 1 : 2.2, opacity: faint ? 0.3 : 1 },
      })),
    ],
  };
}

function axis({ name, max }: { name: string; max?: number }, nameGap: number) {
  const text = { color: 'var(--muted)', fontSize: 13, fontFamily: 'inherit' };
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: text,
    min: 0,
    ...(max !== undefined && { max }),
    axisLabel: text,
    axisLine: { show: true, lineStyle: { color: 'var(--muted)' } },
    axisTick: { lineStyle: { color: 'var(--muted)' } },
    splitLine: { lineStyle: { color: 'var(--line)' } },
  };
}

function line(points: readonly (readonly [number, number])[], color: string) {
  return { type: 'line', data: points, showSymbol: false, silent: true, color, clip: true };
}

/** Keeps the first and last point and evenly many between. */
export function thinned<Point>(points: readonly Point[], most = mostPoints): readonly Point[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]!);
}

/** Mean over a window around each point, so that the course shows through the noise of single steps. */
export function smoothed(points: readonly (readonly [number, number])[], halfWidth: number): [number, number][] {
  return points.map(([x], i) => {
    const window = points.slice(Math.max(0, i - halfWidth), i + halfWidth + 1);
    return [x, window.reduce((sum, [, y]) => sum + y, 0) / window.length];
  });
}
