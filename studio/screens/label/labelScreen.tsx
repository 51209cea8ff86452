import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { nodeOf, WallImagesDocument, type ImageFilter, type WallImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { usePages } from '../../api/usePages.js';
import { Chosen } from '../../parts/chosen.js';
import { Empty, Failure, Loading } from '../../parts/states.js';
import { ImageLabel } from './imageLabel.js';
import type { DrawnKind } from './kinds.js';
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
  const kind: DrawnKind = query['kind'] === 'block' ? 'BLOCK' : 'BOX';
  const choice = choices.find((each) => each === query['queue']) ?? (item ? 'all' : 'todo');
  const images = usePages<WallImageFragment>(JSON.stringify([id, choice, kind]), async (after) => {
    const variables = { id, filter: filterOf(choice, kind), first: 100, after };
    return nodeOf((await client.request(WallImagesDocument, variables)).node, 'this data set').images;
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
      <h1 class="unseen">Label</h1>
      <div class="queue">
        <Chosen
          label="Queue"
          value={choice}
          options={[
            ['todo', `defective, without ${kind === 'BOX' ? 'boxes' : 'blocks'}`],
            ['unknown', 'not known yet'],
            ['all', 'all images'],
          ]}
          onChoose={(queue) => show({ queue })}
        />
        <Chosen
          label="Draw"
          value={kind}
          options={[
            ['BOX', 'boxes'],
            ['BLOCK', 'blocks'],
          ]}
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
          onOtherKind={() => show({ kind: kind === 'BOX' ? 'BLOCK' : 'BOX', image: item })}
          onSaved={(correction) => setCorrections((before) => new Map(before).set(correction.id, correction))}
        />
      ) : (
        <NothingToDo isLoading={images.isLoading} labelled={corrections.size} onShow={(queue) => show({ queue })} />
      )}
    </>
  );
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
  if (isLoading) return <Loading what="The queue" />;
  return (
    <Empty title={labelled > 0 ? `Done: ${labelled} labelled` : 'Nothing waits here'}>
      <p>No other image of this queue waits.</p>
      <div class="row">
        <button type="button" onClick={() => onShow('unknown')}>
          Images not known yet
        </button>
        <button type="button" onClick={() => onShow('all')}>
          All images
        </button>
        <a class="button" href={path('train')}>
          Train
        </a>
      </div>
    </Empty>
  );
}
