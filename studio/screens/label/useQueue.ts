import { useLocation } from 'preact-iso';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import {
  LabelQueueDocument,
  WallImagesDocument,
  type ImageFilter,
  type LabelQueueQuery,
  type WallImageFragment,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { found } from '../../api/found.js';
import { client } from '../../api/session.js';
import { usePages, type Pages } from '../../api/usePages.js';
import { drawnKinds, type DrawnKind } from '../../canvas/drawnKinds.js';
import { decodeAhead } from './pictures.js';
import { useVersions, type SuggestingVersion } from './suggestions/useVersions.js';

const queues = ['todo', 'helps', 'unknown', 'all'] as const;
export type QueueName = (typeof queues)[number];

/** An image that waits. */
export type QueueItem = WallImageFragment & {
  /** Why it stands here, in a queue that ranks. */
  why?: Pick<LabelQueueQuery['labelQueue'][number], 'reasons' | 'expectedSeconds'>;
};

/** The images that wait, and the ways from one to another. */
export interface ImageQueue {
  kind: DrawnKind;
  choice: QueueName;
  images: Pages<QueueItem>;
  /** Whose scores rank the queue; undefined in a queue that does not, and where there is no version yet. */
  version: SuggestingVersion | undefined;
  /** What is not said stays, but for the image. */
  show: (next: { image?: string | undefined; kind?: DrawnKind; queue?: QueueName }) => void;
  /** To the image so many places on. */
  go: (step: number) => void;
}

function filterOf(choice: Exclude<QueueName, 'helps'>, kind: DrawnKind): ImageFilter {
  if (choice === 'todo') return { label: 'ANOMALOUS', notAnnotatedWith: kind };
  return choice === 'unknown' ? { label: 'UNLABELLED' } : {};
}

/** The queue of the address; without an image in it the first one is shown. */
export function useQueue(item: string | undefined): ImageQueue {
  const { id, path } = useDataset();
  const { query, route } = useLocation();
  const kind = drawnKinds.find((each) => each.toLowerCase() === query['kind']) ?? 'BOX';
  const choice = queues.find((each) => each === query['queue']) ?? (item ? 'all' : 'todo');
  const { version, isLoading } = useVersions(choice === 'helps');
  const ranking = choice === 'helps' ? { version: version?.id } : undefined;
  const key = ranking && isLoading ? undefined : JSON.stringify([id, choice, kind, ranking]);
  const images = usePages<QueueItem>(key, (after) =>
    choice === 'helps' ? ranked(id, kind, version?.id) : listed(id, filterOf(choice, kind), after),
  );
  /** The queue whose end was reached: it does not begin again by itself. */
  const [ended, setEnded] = useState<QueueName>();
  const open = (next: Parameters<ImageQueue['show']>[0], replace: boolean) => {
    const asked = new URLSearchParams({ queue: next.queue ?? choice, kind: (next.kind ?? kind).toLowerCase() });
    route(`${path(next.image === undefined ? 'label' : `label/${next.image}`)}?${asked}`, replace);
  };
  const at = images.items.findIndex((image) => image.id === item);
  const go = (step: number) => {
    const next = images.items[at + step];
    if (next) open({ image: next.id }, false);
    else if (step > 0) {
      setEnded(choice);
      open({ image: undefined }, false);
    }
  };
  const first = images.items[0]?.id;
  // Before anybody can choose another queue: a later effect would lead back to this one.
  useLayoutEffect(() => {
    if (!item && first && ended !== choice) open({ image: first }, true);
  }, [item, first, choice]);
  usePrefetch(images, at);
  return {
    ...{ kind, choice, images, go },
    version: ranking && version,
    show: (next) => open(next, false),
  };
}

async function listed(id: string, filter: ImageFilter, after: string | undefined) {
  return found((await client.request(WallImagesDocument, { id, filter, first: 100, after })).node, 'dataset').images;
}

/** One page: what is best next is ranked anew once it is labelled. */
async function ranked(datasetId: string, kind: DrawnKind, modelVersionId: string | undefined) {
  const { labelQueue } = await client.request(LabelQueueDocument, { datasetId, kind, modelVersionId });
  const nodes = labelQueue.map(({ image, ...why }): QueueItem => ({ ...image, why }));
  return { nodes, totalCount: nodes.length, pageInfo: { hasNextPage: false, endCursor: null } };
}

/** Images of the queue left when more of it are asked for. */
const fewLeft = 20;

/** Decodes the next three ahead, and asks for more of the queue in time, so that nobody waits for them. */
function usePrefetch({ items, hasMore, isLoading, more }: Pages<QueueItem>, at: number): void {
  useEffect(() => {
    decodeAhead(items[at], items.slice(at + 1, at + 4));
    if (at >= items.length - fewLeft && hasMore && !isLoading) void more();
  }, [items, at]);
}
