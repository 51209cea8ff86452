import type { ProblemFragment } from '../../../src/client/index.js';
import { useWords } from '../../words/language.js';
import type { OpenImport } from './useImport.js';

/** What an import makes, or would make, and every file it leaves out with the reason. */
export function ImportFindings({ job }: { job: OpenImport }) {
  const { import: words } = useWords();
  const { summary, problems, totalProblems, skipped, totalSkipped, warnings, totalWarnings, failure, dryRun } = job;
  // The failure of an import repeats its first problem.
  const shownProblems = problems.length > 0 ? problems : failure ? [failure] : [];
  return (
    <>
      {summary && <Made summary={summary} />}
      {!dryRun && job.state === 'COMPLETED' && <p role="status">{words.imported(job.imagesImported)}</p>}
      <Problems title={words.problems(totalProblems || shownProblems.length)} problems={shownProblems} isOpen />
      <Problems title={words.skipped(totalSkipped)} problems={skipped} isOpen />
      <Problems title={words.warnings(totalWarnings)} problems={warnings} />
      {summary && summary.leftOut.length > 0 && <LeftOut leftOut={summary.leftOut} />}
    </>
  );
}

type Summary = NonNullable<OpenImport['summary']>;

function Made({ summary: { counts, annotations, defectTypes, existing, normalNames } }: { summary: Summary }) {
  const { import: words, count, names, start } = useWords();
  const kinds = annotations.filter(({ images }) => images > 0);
  const rows: [string, string][] = [
    [words.images, count.images(counts.images)],
    [words.labels, start.labelsState(counts.normal, counts.anomalous, counts.unlabelled)],
    [words.splits, words.splitCounts(counts.train, counts.validation, counts.test)],
  ];
  if (kinds.length > 0) {
    rows.push([words.marks, kinds.map(({ kind, images }) => start.marked(images, names.withMarks[kind])).join(', ')]);
  }
  if (defectTypes.length > 0) {
    rows.push([words.defectTypes, defectTypes.map(({ defectType, images }) => `${defectType} (${images})`).join(', ')]);
  }
  if (normalNames.length > 0) rows.push([words.normalNames, normalNames.join(', ')]);
  if (existing) rows.push([words.existing, count.images(existing)]);
  return (
    <dl class="found">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Problems({
  title,
  problems,
  isOpen = false,
}: {
  title: string;
  problems: readonly ProblemFragment[];
  isOpen?: boolean;
}) {
  if (problems.length === 0) return null;
  return (
    <details open={isOpen}>
      <summary>{title}</summary>
      <ul class="refused">
        {problems.map(({ code, item, message }) => (
          <li key={`${code} ${item} ${message}`}>
            <strong>{code}</strong> {item && !message.includes(item) && <code>{item}</code>} {message}
          </li>
        ))}
      </ul>
    </details>
  );
}

function LeftOut({ leftOut }: { leftOut: Summary['leftOut'] }) {
  const { import: words, count } = useWords();
  return (
    <details>
      <summary>{words.leftOut(leftOut.reduce((sum, { files }) => sum + files, 0))}</summary>
      <ul>
        {leftOut.map(({ reason, files, examples }) => (
          <li key={reason}>
            {reason}: {count.files(files)}
            {examples.length > 0 && <code> {examples.join(', ')}</code>}
          </li>
        ))}
      </ul>
    </details>
  );
}
