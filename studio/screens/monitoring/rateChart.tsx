import { useMemo } from 'preact/hooks';
import { LineChart } from '../../parts/lineChart.js';
import { useFormats, useWords } from '../../words/language.js';
import type { Monitoring } from './monitoringScreen.js';

/** Share of anomalous images over time, between its control limits. */
export function RateChart({ monitoring: { buckets } }: { monitoring: Monitoring }) {
  const { monitoring: words } = useWords();
  const { moment, percent } = useFormats();
  const x = useMemo(() => buckets.map(({ from }) => Date.parse(from) / 1000), [buckets]);
  const lines = useMemo(
    () => [
      { label: words.anomalyRate, values: buckets.map(({ anomalyRate }) => anomalyRate), colour: '--accent' },
      limit(
        words.lowest,
        buckets.map(({ lowestRate }) => lowestRate),
      ),
      limit(
        words.highest,
        buckets.map(({ highestRate }) => highestRate),
      ),
    ],
    [buckets, words],
  );
  const outside = buckets.filter(({ isRateInLimits }) => isRateInLimits === false);
  return (
    <section aria-label={words.rateOverTime}>
      <h2>{words.rateOverTime}</h2>
      <p class="hint">{words.limits}</p>
      <LineChart
        {...{ x, lines }}
        isTime
        axis={words.time}
        written={percent}
        height={220}
        label={words.outside(outside.length, buckets.length)}
      />
      {outside.length > 0 && <p>{words.outsideAt(outside.map(({ from }) => moment(from)).join(' · '))}</p>}
    </section>
  );
}

function limit(label: string, values: readonly (number | null)[]) {
  return { label, values, colour: '--wrong', isDashed: true };
}
