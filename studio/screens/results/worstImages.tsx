import { useState } from 'preact/hooks';
import {
  nodeOf,
  WorstImagesDocument,
  type EvaluatedImageFilter,
  type JudgedImageFragment,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { here } from '../../api/session.js';
import { useQuery } from '../../api/useQuery.js';
import { Chosen } from '../../parts/chosen.js';
import { count, measured } from '../../parts/numbers.js';
import { Answer } from '../../parts/states.js';
import { labelNames } from '../images/choices.js';
import { WhyFlagged } from './whyFlagged.js';

type Verdict = NonNullable<JudgedImageFragment['verdict']>;

const verdictNames: Readonly<Record<Verdict, string>> = {
  CORRECT: 'right',
  FALSE_ALARM: 'false alarm',
  MISS: 'missed',
};

/** Where it is wrong, the worst first, with what it saw. */
export function WorstImages({ evaluationId }: { evaluationId: string }) {
  const [verdict, setVerdict] = useState<Verdict | ''>('');
  const filter: EvaluatedImageFilter = verdict ? { verdict } : {};
  const asked = useQuery(WorstImagesDocument, { id: evaluationId, filter });
  return (
    <section aria-label="Worst images">
      <h2>Worst images</h2>
      <Chosen
        label="Show"
        value={verdict}
        options={[['', 'all'], ...Object.entries(verdictNames)] as [Verdict | '', string][]}
        onChoose={setVerdict}
      />
      <Answer asked={asked} what="Images">
        {({ node }) => {
          const { images, misses, falseAlarms } = nodeOf(node, 'this evaluation');
          return (
            <>
              <p>
                At the threshold: {misses.totalCount} missed, {count(falseAlarms.totalCount, 'false alarm')}.
              </p>
              <ul class="judged">
                {images.nodes.map((judged) => (
                  <JudgedImage key={judged.image.id} judged={judged} />
                ))}
              </ul>
              {images.totalCount > images.nodes.length && (
                <p class="hint">
                  The first {images.nodes.length} of {images.totalCount}.
                </p>
              )}
            </>
          );
        }}
      </Answer>
    </section>
  );
}

function JudgedImage({
  judged: { image, anomalyScore, verdict, overlayUrl, regions },
}: {
  judged: JudgedImageFragment;
}) {
  const { path } = useDataset();
  return (
    <li class={`judged-image ${verdict?.toLowerCase() ?? ''}`}>
      <a href={path(`label/${image.id}`)} title={`Label ${image.filename}`}>
        <img src={here(overlayUrl)} alt={`${image.filename} with its anomaly map`} loading="lazy" />
      </a>
      <div>
        <strong>{image.filename}</strong>
        <p>
          score {measured(anomalyScore)}, {image.defectType ?? labelNames[image.label]}
          {verdict && <span class={`badge ${verdict.toLowerCase()}`}>{verdictNames[verdict]}</span>}
        </p>
        <WhyFlagged image={image.url} regions={regions} />
      </div>
    </li>
  );
}
