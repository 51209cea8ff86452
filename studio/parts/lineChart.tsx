import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useAppearance } from '../frame/theme.js';

/** A line over the common axis. */
export interface ChartLine {
  label: string;
  /** One for each place of the axis; null where there is none. */
  values: readonly (number | null)[];
  /** Name of a colour of the page, as `--accent`. */
  colour: string;
  /** Of limits and expectations, beside what was measured. */
  isDashed?: boolean;
}

interface LineChartProps {
  /** Steps, or seconds since 1970 where `isTime`. */
  x: readonly number[];
  isTime?: boolean;
  axis: string;
  lines: readonly ChartLine[];
  /** How values are written; as plain numbers when left out. */
  written?: (value: number) => string;
  /** Pixels of the page. */
  height?: number;
  /** What it says, in words. */
  label: string;
}

/** Lines over steps or time. */
export function LineChart({ x, isTime = false, axis, lines, written = String, height = 260, label }: LineChartProps) {
  const { isDark } = useAppearance();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const data = (): UPlot.AlignedData => [[...x], ...lines.map(({ values }) => [...values])];
  const look = JSON.stringify([axis, lines.map(({ values: _, ...line }) => line)]);
  useEffect(() => {
    const element = place.current!;
    const made = new UPlot(optionsOf(element, { isTime, axis, lines, height, written }), data(), element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [look, isDark]);
  useEffect(() => chart.current?.setData(data()), [x, lines]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}

function optionsOf(
  element: HTMLElement,
  { isTime, axis, lines, height, written }: Required<Omit<LineChartProps, 'x' | 'label'>>,
): UPlot.Options {
  const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim() || '#888';
  const drawn = { stroke: colour('--text'), grid: { stroke: colour('--line') }, ticks: { stroke: colour('--line') } };
  return {
    width: Math.max(200, element.clientWidth),
    height,
    scales: { x: { time: isTime } },
    axes: [
      { ...drawn, label: axis },
      { ...drawn, values: (_: UPlot, splits: number[]) => splits.map(written) },
    ],
    series: [
      { label: axis },
      ...lines.map((line) => ({
        label: line.label,
        value: (_: UPlot, value: number | null) => (value === null ? '–' : written(value)),
        stroke: colour(line.colour),
        width: 2,
        ...(line.isDashed && { dash: [6, 4], width: 1 }),
      })),
    ],
    cursor: { drag: { x: false, y: false } },
  };
}
