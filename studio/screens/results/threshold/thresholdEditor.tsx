import { useState } from 'preact/hooks';
import { collected, eachOf, EvaluationScoresDocument } from '../../../../src/client/index.js';
import { found } from '../../../api/found.js';
import { client } from '../../../api/session.js';
import { useAnswer } from '../../../api/useQuery.js';
import { Answer } from '../../../parts/states.js';
import { useFormats, useWords } from '../../../words/language.js';
import { consequenceOf, histogramOf, type Histogram, type Score } from './scores.js';

interface EditorProps {
  evaluationId: string;
  /** Where it stands. */
  threshold: number;
  /** The one who looks may set it; undefined for everybody else. */
  onSet: ((threshold: number) => void) | undefined;
  isSetting: boolean;
}

/** Scores of good and defective images with the threshold between them: dragged, what it costs is told at once. */
export function ThresholdEditor(props: EditorProps) {
  const { version: words } = useWords();
  const asked = useAnswer(props.evaluationId, () => scoresOf(props.evaluationId));
  return (
    <Answer asked={asked} what={words.scores}>
      {(scores) => (scores.length === 0 ? null : <Editor {...props} scores={scores} />)}
    </Answer>
  );
}

async function scoresOf(id: string): Promise<Score[]> {
  const pages = eachOf(async (after) => {
    return found((await client.request(EvaluationScoresDocument, { id, after })).node, 'evaluation').images;
  });
  // Images that nobody has labelled have no verdict, and say nothing about a threshold.
  return (await collected(pages)).flatMap(({ anomalyScore: score, isAnomalous, verdict }) =>
    verdict === null ? [] : [{ score, isAnomalous: verdict === 'CORRECT' ? isAnomalous : verdict === 'MISS' }],
  );
}

/** Bars a kind, and steps of the keyboard. */
const [bins, steps] = [48, 400];

function Editor({ scores, threshold, onSet, isSetting }: EditorProps & { scores: readonly Score[] }) {
  const { version: words } = useWords();
  const { measured } = useFormats();
  const [chosen, setChosen] = useState(threshold);
  const histogram = histogramOf(scores, bins, [threshold]);
  const { axis } = histogram;
  const { falseAlarms, falseAlarmsPerThousand, misses, normal, anomalous } = consequenceOf(scores, chosen);
  const told = words.consequence(
    falseAlarmsPerThousand === null ? '–' : measured(falseAlarmsPerThousand),
    [falseAlarms, normal],
    [misses, anomalous],
  );
  return (
    <div class="threshold-editor">
      <Bars histogram={histogram} threshold={chosen} onDrag={onSet && setChosen} />
      <label class="field">
        <span>{words.thresholdAt(measured(chosen))}</span>
        <input
          type="range"
          min={0}
          max={steps}
          value={axis.placeOf(chosen) * steps}
          aria-valuetext={`${measured(chosen)}: ${told}`}
          disabled={!onSet}
          onInput={(event) => setChosen(axis.scoreAt(Number(event.currentTarget.value) / steps))}
        />
      </label>
      <p role="status">{told}</p>
      {onSet && (
        <div class="row">
          <button type="button" disabled={isSetting || chosen === threshold} onClick={() => onSet(chosen)}>
            {words.setHere}
          </button>
          <button type="button" disabled={chosen === threshold} onClick={() => setChosen(threshold)}>
            {words.backTo(measured(threshold))}
          </button>
        </div>
      )}
    </div>
  );
}

const [width, height] = [560, 160];

function Bars({
  histogram: { axis, normal, anomalous },
  threshold,
  onDrag,
}: {
  histogram: Histogram;
  threshold: number;
  onDrag: ((threshold: number) => void) | undefined;
}) {
  const { version: words, names } = useWords();
  const most = Math.max(1, ...normal, ...anomalous);
  const bar = width / normal.length;
  const x = axis.placeOf(threshold) * width;
  const drag = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    if (!onDrag || event.buttons === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { left, width: wide } = event.currentTarget.getBoundingClientRect();
    onDrag(axis.scoreAt(Math.min(1, Math.max(0, (event.clientX - left) / wide))));
  };
  return (
    <figure>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={words.histogram}
        onPointerDown={drag}
        onPointerMove={drag}
      >
        {[normal, anomalous].map((counts, kind) =>
          counts.map((count, index) => (
            <rect
              key={`${kind} ${index}`}
              class={kind === 0 ? 'normal' : 'anomalous'}
              x={index * bar + (kind * bar) / 2}
              y={height - (count / most) * (height - 8)}
              width={bar / 2}
              height={(count / most) * (height - 8)}
            />
          )),
        )}
        <path class="line" d={`M${x} 0V${height}`} />
      </svg>
      <figcaption>
        <span class="key normal">{names.labels.NORMAL}</span>{' '}
        <span class="key anomalous">{names.labels.ANOMALOUS}</span>
      </figcaption>
    </figure>
  );
}
