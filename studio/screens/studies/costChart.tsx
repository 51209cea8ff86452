import type { StudyInfoFragment } from '../../../src/client/index.js';
import { useWords } from '../../words/language.js';

type Result = StudyInfoFragment['results'][number];

/** Units of the drawing. */
const [left, right, row, top] = [90, 560, 44, 16];

/** Seconds of each kind on one axis: the own mean with its interval and median, and the paper's, hollow and dashed since it was not measured here. */
export function CostChart({ results }: { results: readonly Result[] }) {
  const { studies: words, names } = useWords();
  const highest = Math.max(
    ...results.flatMap((each) => [each.publishedSeconds, each.meanSeconds ?? 0, each.meanSecondsInterval?.high ?? 0]),
  );
  const end = Math.ceil((highest * 1.1) / 10) * 10;
  const x = (seconds: number) => left + (seconds / end) * (right - left);
  const bottom = top + results.length * row;
  return (
    <svg class="tradeoff" viewBox={`0 0 ${right + 20} ${bottom + 44}`} role="img" aria-label={words.chart}>
      <line class="axis" x1={left} x2={right} y1={bottom} y2={bottom} />
      {Array.from({ length: 6 }, (_, i) => (end / 5) * i).map((seconds) => (
        <g key={seconds}>
          <line class="axis" x1={x(seconds)} x2={x(seconds)} y1={top} y2={bottom} />
          <text x={x(seconds)} y={bottom + 16} text-anchor="middle">
            {seconds}
          </text>
        </g>
      ))}
      <text x={(left + right) / 2} y={bottom + 36} text-anchor="middle">
        {words.seconds}
      </text>
      {results.map((result, i) => (
        <g key={result.kind}>
          <text x={left - 10} y={top + i * row + row / 2 + 4} text-anchor="end">
            {names.kinds[result.kind]}
          </text>
          <Marks result={result} x={x} y={top + i * row + row / 2} />
        </g>
      ))}
    </svg>
  );
}

function Marks({ result, x, y }: { result: Result; x: (seconds: number) => number; y: number }) {
  const { studies: words } = useWords();
  const { meanSeconds, medianSeconds, meanSecondsInterval: interval, publishedSeconds } = result;
  return (
    <>
      <circle class="published" cx={x(publishedSeconds)} cy={y} r={7}>
        <title>{`${words.published}: ${publishedSeconds}`}</title>
      </circle>
      <text x={x(publishedSeconds)} y={y - 11} text-anchor="middle">
        {words.published}
      </text>
      {interval && <line class="own" x1={x(interval.low)} x2={x(interval.high)} y1={y} y2={y} />}
      {medianSeconds !== null && <line class="own" x1={x(medianSeconds)} x2={x(medianSeconds)} y1={y - 6} y2={y + 6} />}
      {meanSeconds !== null && (
        <circle class="own" cx={x(meanSeconds)} cy={y} r={5}>
          <title>{`${words.own}: ${meanSeconds.toFixed(1)}`}</title>
        </circle>
      )}
    </>
  );
}
