import type { DrawnKind } from '../../canvas/drawnKinds.js';

/** What was drawn and not saved yet. */
export interface Draft<Content> {
  /** The revision it changes. */
  base: number;
  content: Content;
  /** Active seconds so far. */
  seconds: number;
  /** The session it was drawn in, which the next one continues. */
  session?: string | undefined;
}

const store = 'drafts';
let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open('residua-studio', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(new Error('this browser keeps no drafts', { cause: request.error }));
  });
  return opened;
}

const keyOf = (imageId: string, kind: DrawnKind) => `${imageId}/${kind}`;

async function run<T>(mode: IDBTransactionMode, ask: (drafts: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await database()).transaction(store, mode);
  const request = ask(transaction.objectStore(store));
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = () => fail(new Error('the draft was not kept', { cause: transaction.error }));
    transaction.onabort = () => fail(new Error('the draft was not kept', { cause: transaction.error }));
  });
}

/** The draft of an image, or undefined. */
export function draftOf<Content>(imageId: string, kind: DrawnKind): Promise<Draft<Content> | undefined> {
  return run('readonly', (drafts) => drafts.get(keyOf(imageId, kind)) as IDBRequest<Draft<Content> | undefined>);
}

/** Keeps a draft in this browser, over reloads and crashes. */
export async function keepDraft<Content>(imageId: string, kind: DrawnKind, draft: Draft<Content>): Promise<void> {
  await run('readwrite', (drafts) => drafts.put(draft, keyOf(imageId, kind)));
}

/** Its content is saved, or given up. */
export async function dropDraft(imageId: string, kind: DrawnKind): Promise<void> {
  await run('readwrite', (drafts) => drafts.delete(keyOf(imageId, kind)));
}
