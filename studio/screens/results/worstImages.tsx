import { useState } from 'preact/hooks';
import { WorstImagesDocument, type EvaluatedImageFilter, type JudgedImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { here } from '../../api/session.js';
import { useNode } from '../../api/useNode.js';
import { Chosen } from '../../parts/chosen.js';
import { Answer } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { WhyFlagged } from './whyFlagged.js';

type Verdict = NonNullable<JudgedImageFragment['verdict']>;

/** Where it is wrong, the worst first, with what it saw. */
export function WorstImages({ evaluationId }: { evaluationId: string }) {
  const [verdict, setVerdict] = useState<Verdict | ''>('');
  const { version: words, names } = useWords();
  const filter: EvaluatedImageFilter = verdict ? { verdict } : {};
  const asked = useNode(WorstImagesDocument, { id: evaluationId, filter }, 'evaluation');
  return (
    <section aria-label={words.worst}>
      <h2>{words.worst}</h2>
      <Chosen
        label={words.show}
        value={verdict}
        options={[['', words.all], ...Object.entries(names.verdicts)] as [Verdict | '', string][]}
        onChoose={setVerdict}
      />
      <Answer asked={asked} what={words.images}>
        {({ images, misses, falseAlarms }) => (
          <>
            <p>{words.atThreshold(misses.totalCount, falseAlarms.totalCount)}</p>
            <ul class="judged">
              {images.nodes.map((judged) => (
                <JudgedImage key={judged.image.id} judged={judged} />
              ))}
            </ul>
            {images.totalCount > images.nodes.length && (
              <p class="hint">{words.firstOf(images.nodes.length, images.totalCount)}</p>
            )}
          </>
        )}
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
  const { version: words, names } = useWords();
  const { measured } = useFormats();
  return (
    <li class={`judged-image ${verdict?.toLowerCase() ?? ''}`}>
      <a href={path(`label/${image.id}`)} title={words.labelImage(image.filename)}>
        <img src={here(overlayUrl)} alt={words.withMap(image.filename)} loading="lazy" />
      </a>
      <div>
        <strong>{image.filename}</strong>
        <p>
          {words.scored(measured(anomalyScore), image.defectType ?? names.labels[image.label])}
          {verdict && <span class={`badge ${verdict.toLowerCase()}`}>{names.verdicts[verdict]}</span>}
        </p>
        <WhyFlagged image={image.url} regions={regions} />
      </div>
    </li>
  );
}
