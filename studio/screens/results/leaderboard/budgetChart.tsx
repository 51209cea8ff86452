import { useFormats, useWords } from '../../../words/language.js';
import { decades, type BudgetGroup, type BudgetPoint } from './budget.js';

const [width, height] = [720, 320];
const edge = { left: 56, right: 16, top: 12, bottom: 44 };
/** Where versions without labels stand, left of the logarithmic part. */
const free = edge.left + 30;
const from = edge.left + 96;

interface ChartProps {
  groups: readonly BudgetGroup[];
  published: readonly BudgetPoint[];
  across: string;
  upward: string;
}

/** What labels cost against what was reached with them: a mark for each version, whiskers over seeds, published numbers in grey. */
export function BudgetChart({ groups, published, across, upward }: ChartProps) {
  const { results: words } = useWords();
  const { measured } = useFormats();
  const all = [...groups, ...published];
  const [least, most] = decades(all.map(({ seconds }) => seconds));
  const x = (seconds: number) =>
    seconds <= 0 ? free : from + (Math.log10(seconds / least) / Math.log10(most / least)) * (width - edge.right - from);
  const y = (value: number) => height - edge.bottom - value * (height - edge.bottom - edge.top);
  return (
    <figure class="budget">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words.budgetOf(groups.length, published.length)}>
        <Axes {...{ x, y, least, most, across, upward }} />
        {published.map(({ name, seconds, value }) => (
          <g key={`${name} ${seconds} ${value}`} class="published">
            <title>{`${name}: ${measured(value)} (${words.published})`}</title>
            <rect x={x(seconds) - 4} y={y(value) - 4} width={8} height={8} />
          </g>
        ))}
        {groups.map((group) => (
          <Group key={`${group.name} ${group.seconds} ${group.mean}`} group={group} x={x(group.seconds)} y={y} />
        ))}
      </svg>
      <figcaption>
        {words.budgetCaption}
        {published.length > 0 && ` ${words.publishedCaption}`}
      </figcaption>
    </figure>
  );
}

function Group({ group, x, y }: { group: BudgetGroup; x: number; y: (value: number) => number }) {
  const { measured } = useFormats();
  const { name, mean, low, high, points } = group;
  return (
    <g class="version">
      <title>{`${name}: ${measured(mean)} (${points.map((each) => `${each.name} ${measured(each.value)}`).join(', ')})`}</title>
      {points.length > 1 && (
        <path d={`M${x} ${y(low)}V${y(high)}M${x - 5} ${y(low)}h10M${x - 5} ${y(high)}h10`} class="whisker" />
      )}
      {points.map((each) => (
        <circle key={each.name} cx={x} cy={y(each.value)} r={points.length > 1 ? 2.5 : 5} />
      ))}
      {points.length > 1 && <circle cx={x} cy={y(mean)} r={5} />}
    </g>
  );
}

interface AxesProps extends Pick<ChartProps, 'across' | 'upward'> {
  x: (seconds: number) => number;
  y: (value: number) => number;
  least: number;
  most: number;
}

function Axes({ x, y, least, most, across, upward }: AxesProps) {
  const { results: words } = useWords();
  const { duration, measured } = useFormats();
  const ticks: number[] = [];
  for (let tick = least; tick <= most * 1.001; tick *= 10) ticks.push(tick);
  return (
    <g class="axes">
      {[0, 0.25, 0.5, 0.75, 1].map((value) => (
        <g key={value}>
          <path d={`M${edge.left} ${y(value)}H${width - edge.right}`} />
          <text x={edge.left - 6} y={y(value) + 4} text-anchor="end">
            {measured(value)}
          </text>
        </g>
      ))}
      {ticks.map((tick) => (
        <text key={tick} x={x(tick)} y={height - edge.bottom + 16} text-anchor="middle">
          {duration(tick)}
        </text>
      ))}
      <text x={free} y={height - edge.bottom + 16} text-anchor="middle">
        {words.noLabels}
      </text>
      <text x={(from + width) / 2} y={height - 6} text-anchor="middle">
        {across}
      </text>
      <text x={14} y={height / 2} text-anchor="middle" transform={`rotate(-90 14 ${height / 2})`}>
        {upward}
      </text>
    </g>
  );
}
