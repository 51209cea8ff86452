import type { StudyInfoFragment } from '../../../src/client/index.js';
import { useFormats, useWords } from '../../words/language.js';

type Result = StudyInfoFragment['results'][number];

/** Seconds and quality of each kind, with the paper's seconds beside them. */
export function ResultTable({ results }: { results: readonly Result[] }) {
  const { studies: words } = useWords();
  const { kind, mean, interval, median, paper, trials, people, quality } = words;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {[kind, mean, interval, median, paper, trials, people, quality].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <Row key={result.kind} result={result} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ result }: { result: Result }) {
  const { names } = useWords();
  const { duration } = useFormats();
  const seconds = (value: number | null) => (value === null ? '–' : duration(value));
  const { meanSecondsInterval: interval } = result;
  return (
    <tr>
      <th scope="row">{names.marks[result.kind]}</th>
      <td>{seconds(result.meanSeconds)}</td>
      <td>{interval ? `${duration(interval.low)} – ${duration(interval.high)}` : '–'}</td>
      <td>{seconds(result.medianSeconds)}</td>
      <td>{duration(result.publishedSeconds)}</td>
      <td>{result.trials}</td>
      <td>{result.participants}</td>
      <td>
        <Quality {...result} />
      </td>
    </tr>
  );
}

function Quality({ quality: { pixelIou, blockKappa, insideShare, areaRatio }, implausibleTrials }: Result) {
  const { studies: words } = useWords();
  const { measured } = useFormats();
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return (
    <>
      {pixelIou !== null && words.iou(measured(pixelIou))}
      {blockKappa !== null && words.kappa(measured(blockKappa))}
      {insideShare !== null && areaRatio !== null && words.boxes(percent(insideShare), measured(areaRatio))}
      {implausibleTrials > 0 && <div class="hint">{words.implausible(implausibleTrials)}</div>}
    </>
  );
}
