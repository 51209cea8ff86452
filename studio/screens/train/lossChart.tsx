import { useMemo } from 'preact/hooks';
import { LineChart } from '../../parts/lineChart.js';
import { useFormats, useWords } from '../../words/language.js';
import type { LossPoint } from './runHistory.js';
import { thinned } from './thinned.js';

/** Pixels that the widest page has: two points a pixel are all that can be seen. */
const columns = 1300;

/** The loss of one stage over its steps. */
export function LossChart({ points }: { points: readonly LossPoint[] }) {
  const { run: words } = useWords();
  const { measured } = useFormats();
  const { x, y } = useMemo(
    () => thinned({ x: points.map(({ step }) => step), y: points.map(({ value }) => value) }, columns),
    [points],
  );
  const lines = useMemo(() => [{ label: words.lossLine, values: y, colour: '--accent' }], [y, words]);
  const last = points.at(-1);
  return (
    <LineChart
      x={x}
      axis={words.step}
      written={measured}
      lines={lines}
      label={last ? words.lossAt(measured(last.value), last.step, points.length) : words.noLoss}
    />
  );
}
