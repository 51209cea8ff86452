import type { QueueStrategy } from '../../src/services/label-queue/rankImages.js';
import { meanOf, table } from '../experiments/markdown.js';
import type { Reached } from './labelInOrder.js';

/** What each strategy reached on a pack, a curve a seed. */
export interface SimulatedPack {
  name: string;
  runs: { strategy: QueueStrategy; curves: Reached[][] }[];
}

/** Share of the seconds of random order that a strategy may take to be worth a place, and on how many of the packs. */
const goal = 0.7;

/** The page of a simulation. */
export function queueReport(
  packs: readonly SimulatedPack[],
  { seeds, rounds }: { seeds: number; rounds: number },
): string {
  const strategies = packs[0]!.runs.map(({ strategy }) => strategy);
  const head = ['', 'without labels', ...strategies.map((strategy) => `\`${strategy}\``)];
  const reached = packs.map(({ name, runs }) => [
    name,
    meanOf(runs[0]!.curves.map((curve) => curve[0]!.pixelAp)).toFixed(3),
    ...runs.map(({ curves }) =>
      meanOf(curves.map((curve) => meanOf(curve.slice(1).map(({ pixelAp }) => pixelAp)))).toFixed(3),
    ),
  ]);
  const saved = packs.map((pack) => [
    pack.name,
    '',
    ...strategies.map((strategy) => shareText(shareOf(pack, strategy))),
  ]);
  const winners = strategies.map((strategy) => {
    const shares = packs.map((pack) => shareOf(pack, strategy));
    const good = shares.filter((share) => share !== null && share <= goal).length;
    return `\`${strategy}\` on ${good}`;
  });
  return [
    '# Which image is labelled next',
    '',
    `Blocks of real masks are shown five images at a time, as if somebody had drawn them, in the order of each strategy of \`labelQueue\`, ${rounds} times; a linear ` +
      "model on whitened features and their distance from normal ones (PatchCore's features, `cpu-small`) is trained behind each five. Half of the defective and of the " +
      `normal test images wait, at most 60 of each, the others are the test. Seconds are the paper's: 17 for an image with one defect, half of it more for each further one, half of it ` +
      `for a good part. Means of ${seeds} runs with other images. The product's own detectors are not trained here: that would take days.`,
    '',
    '```sh',
    `npm run simulate:queue -- --data <packs> --seeds ${seeds} --rounds ${rounds}`,
    '```',
    '',
    '## Seconds for what random order reaches in the end',
    '',
    'Share of the seconds that random order takes for the pixel AP it has reached behind its last label; – where it was not reached.',
    '',
    table(head, saved),
    '',
    `At most ${goal} of the seconds: ${winners.join(', ')} of ${packs.length} packs.`,
    '',
    '## Pixel AP, mean behind each five labels',
    '',
    table(head, reached),
    '',
  ].join('\n');
}

/** @returns seconds over those of random order; null where its last pixel AP was not reached. */
function shareOf({ runs }: SimulatedPack, strategy: QueueStrategy): number | null {
  const random = meanCurve(runs.find((run) => run.strategy === 'RANDOM')!.curves);
  const own = meanCurve(runs.find((run) => run.strategy === strategy)!.curves);
  const last = random.at(-1)!;
  const at = own.findIndex(({ pixelAp }) => pixelAp >= last.pixelAp);
  if (at === -1) return null;
  const [before, behind] = [own[Math.max(0, at - 1)]!, own[at]!];
  const rise = behind.pixelAp - before.pixelAp;
  const part = rise > 0 ? (last.pixelAp - before.pixelAp) / rise : 1;
  return (before.seconds + part * (behind.seconds - before.seconds)) / last.seconds;
}

function meanCurve(curves: readonly Reached[][]): Reached[] {
  return curves[0]!.map((_, i) => ({
    seconds: meanOf(curves.map((curve) => curve[i]?.seconds)),
    pixelAp: meanOf(curves.map((curve) => curve[i]?.pixelAp)),
  }));
}

function shareText(share: number | null): string {
  return share === null ? '–' : share.toFixed(2);
}
