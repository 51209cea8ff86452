import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useAppearance } from '../../frame/theme.js';
import { useFormats, useWords } from '../../words/language.js';
import type { LossPoint } from './runHistory.js';
import { thinned } from './thinned.js';

const height = 260;

/** The loss of one stage over its steps. */
export function LossChart({ points }: { points: readonly LossPoint[] }) {
  const { run: words } = useWords();
  const { measured } = useFormats();
  const { isDark } = useAppearance();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const data = (columns: number): UPlot.AlignedData => {
    const { x, y } = thinned({ x: points.map(({ step }) => step), y: points.map(({ value }) => value) }, columns);
    return [[...x], [...y]];
  };
  useEffect(() => {
    const element = place.current!;
    const made = new UPlot(optionsOf(element, words.step, words.lossLine), data(element.clientWidth), element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [words, isDark]);
  useEffect(() => chart.current?.setData(data(place.current!.clientWidth)), [points]);
  const last = points.at(-1);
  return (
    <div
      ref={place}
      class="chart"
      role="img"
      aria-label={last ? words.lossAt(measured(last.value), last.step, points.length) : words.noLoss}
    />
  );
}

function optionsOf(element: HTMLElement, step: string, loss: string): UPlot.Options {
  const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim() || '#888';
  const axis = { stroke: colour('--text'), grid: { stroke: colour('--line') }, ticks: { stroke: colour('--line') } };
  return {
    width: Math.max(200, element.clientWidth),
    height,
    scales: { x: { time: false } },
    axes: [{ ...axis, label: step }, axis],
    series: [{ label: step }, { label: loss, stroke: colour('--accent'), width: 2 }],
    cursor: { drag: { x: false, y: false } },
  };
}
