import { useLocation } from 'preact-iso';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { WallImagesDocument, type ImageFilter, type WallImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { found } from '../../api/found.js';
import { client } from '../../api/session.js';
import { usePages, type Pages } from '../../api/usePages.js';
import { drawnKinds, type DrawnKind } from '../../canvas/drawnKinds.js';
import { decodeAhead } from './pictures.js';

const queues = ['todo', 'unknown', 'all'] as const;
export type QueueName = (typeof queues)[number];

/** The images that wait, and the ways from one to another. */
export interface ImageQueue {
  kind: DrawnKind;
  choice: QueueName;
  images: Pages<WallImageFragment>;
  /** What is not said stays, but for the image. */
  show: (next: { image?: string | undefined; kind?: DrawnKind; queue?: QueueName }) => void;
  /** To the image so many places on. */
  go: (step: number) => void;
}

function filterOf(choice: QueueName, kind: DrawnKind): ImageFilter {
  if (choice === 'todo') return { label: 'ANOMALOUS', notAnnotatedWith: kind };
  return choice === 'unknown' ? { label: 'UNLABELLED' } : {};
}

/** The queue of the address; without an image in it the first one is shown. */
export function useQueue(item: string | undefined): ImageQueue {
  const { id, path } = useDataset();
  const { query, route } = useLocation();
  const kind = drawnKinds.find((each) => each.toLowerCase() === query['kind']) ?? 'BOX';
  const choice = queues.find((each) => each === query['queue']) ?? (item ? 'all' : 'todo');
  const images = usePages<WallImageFragment>(JSON.stringify([id, choice, kind]), async (after) => {
    const variables = { id, filter: filterOf(choice, kind), first: 100, after };
    return found((await client.request(WallImagesDocument, variables)).node, 'dataset').images;
  });
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
  return { kind, choice, images, show: (next) => open(next, false), go };
}

/** Images of the queue left when more of it are asked for. */
const fewLeft = 20;

/** Decodes the next three ahead, and asks for more of the queue in time, so that nobody waits for them. */
function usePrefetch({ items, hasMore, isLoading, more }: Pages<WallImageFragment>, at: number): void {
  useEffect(() => {
    decodeAhead(items[at], items.slice(at + 1, at + 4));
    if (at >= items.length - fewLeft && hasMore && !isLoading) void more();
  }, [items, at]);
}
