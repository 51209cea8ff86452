import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { WallImagesDocument, type ImageFilter, type WallImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { found } from '../../api/found.js';
import { client } from '../../api/session.js';
import { usePages } from '../../api/usePages.js';
import { Chosen } from '../../parts/chosen.js';
import { Empty, Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { ImageLabel } from './imageLabel.js';
import { drawnKinds, type DrawnKind } from './kinds.js';
import { pictureOf } from './pictures.js';
import { Queue } from './queue.js';
import type { Correction } from './saveLabel.js';

const choices = ['todo', 'unknown', 'all'] as const;
type Choice = (typeof choices)[number];

function filterOf(choice: Choice, kind: DrawnKind): ImageFilter {
  if (choice === 'todo') return { label: 'ANOMALOUS', notAnnotatedWith: kind };
  return choice === 'unknown' ? { label: 'UNLABELLED' } : {};
}

/** Images one after the other, and the tools to draw on them. */
export function LabelScreen({ item }: { item: string | undefined }) {
  const { id, path } = useDataset();
  const { query, route } = useLocation();
  const { label: words, names } = useWords();
  const kind = drawnKinds.find((each) => each.toLowerCase() === query['kind']) ?? 'BOX';
  const choice = choices.find((each) => each === query['queue']) ?? (item ? 'all' : 'todo');
  const images = usePages<WallImageFragment>(JSON.stringify([id, choice, kind]), async (after) => {
    const variables = { id, filter: filterOf(choice, kind), first: 100, after };
    return found((await client.request(WallImagesDocument, variables)).node, 'dataset').images;
  });
  const [corrections, setCorrections] = useState<ReadonlyMap<string, Correction>>(new Map());
  /** The queue whose end was reached: it does not begin again by itself. */
  const [ended, setEnded] = useState<Choice>();
  const show = (next: { image?: string | undefined; kind?: DrawnKind; queue?: Choice }, replace = false) => {
    const asked = new URLSearchParams({
      queue: next.queue ?? choice,
      kind: (next.kind ?? kind).toLowerCase(),
    });
    route(`${path(next.image === undefined ? 'label' : `label/${next.image}`)}?${asked}`, replace);
  };
  const at = images.items.findIndex((image) => image.id === item);
  const go = (step: number) => {
    const next = images.items[at + step];
    if (next) show({ image: next.id });
    else if (step > 0) {
      setEnded(choice);
      show({ image: undefined });
    }
  };
  const first = images.items[0]?.id;
  useEffect(() => {
    if (!item && first && ended !== choice) show({ image: first }, true);
  }, [item, first, choice]);
  usePrefetch(images.items, at);
  return (
    <>
      <h1 class="unseen">{words.title}</h1>
      <div class="queue">
        <Chosen
          label={words.queue}
          value={choice}
          options={[
            ['todo', words.todo(names.withoutMarks[kind])],
            ['unknown', words.unknown],
            ['all', words.all],
          ]}
          onChoose={(queue) => show({ queue })}
        />
        <Chosen
          label={words.draw}
          value={kind}
          options={drawnKinds.map((each) => [each, names.marks[each]])}
          onChoose={(next) => show({ kind: next, image: item })}
        />
        <Queue images={images} current={item} corrections={corrections} onShow={(image) => show({ image })} />
        <Failure error={images.error} again={() => void images.more()} />
      </div>
      {item ? (
        <ImageLabel
          key={`${item}/${kind}`}
          {...{ id: item, kind }}
          onNext={() => go(1)}
          onPrevious={() => go(-1)}
          onOtherKind={() => show({ kind: after(drawnKinds, kind), image: item })}
          onSaved={(correction) => setCorrections((before) => new Map(before).set(correction.id, correction))}
        />
      ) : (
        <NothingToDo isLoading={images.isLoading} labelled={corrections.size} onShow={(queue) => show({ queue })} />
      )}
    </>
  );
}

/** The next of several, the first behind the last. */
function after<Value>(values: readonly Value[], value: Value): Value {
  return values[(values.indexOf(value) + 1) % values.length]!;
}

/** Decodes the next three ahead, so that nobody waits for them. */
function usePrefetch(images: readonly WallImageFragment[], at: number): void {
  useEffect(() => {
    for (const image of images.slice(at + 1, at + 4)) pictureOf(image).catch(() => undefined);
  }, [images, at]);
}

function NothingToDo({
  isLoading,
  labelled,
  onShow,
}: {
  isLoading: boolean;
  labelled: number;
  onShow: (choice: Choice) => void;
}) {
  const { path } = useDataset();
  const { label: words } = useWords();
  if (isLoading) return <Loading what={words.theQueue} />;
  return (
    <Empty title={labelled > 0 ? words.done(labelled) : words.nothingWaits}>
      <p>{words.noOther}</p>
      <div class="row">
        <button type="button" onClick={() => onShow('unknown')}>
          {words.unknownImages}
        </button>
        <button type="button" onClick={() => onShow('all')}>
          {words.allImages}
        </button>
        <a class="button" href={path('train')}>
          {words.train}
        </a>
      </div>
    </Empty>
  );
}
