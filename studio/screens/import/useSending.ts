import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  accepted,
  ImportDatasetDocument,
  present,
  RefusedError,
  ServerLimitsDocument,
  type ImportDatasetInput,
} from '../../../src/client/index.js';
import { retried } from '../../api/retried.js';
import { client } from '../../api/session.js';
import type { DroppedFile } from '../../workers/packing.js';
import { archiveName, packArchive } from './packArchive.js';
import { sendArchive } from './sendArchive.js';

/** How far what was dropped has got on its way to the server. */
export interface Sending {
  phase: 'packing' | 'sending';
  files: number;
  /** Bytes. */
  done: number;
  total: number;
  /** The connection is lost; it goes on when the server answers. */
  isWaiting: boolean;
}

/** What was asked for with {@link ImportDatasetInput}, but the data set. */
export type ImportChoice = Omit<ImportDatasetInput, 'datasetId' | 'path'>;

interface SendingState {
  sending: Sending | undefined;
  error: unknown;
  /** Packs, sends, and starts the dry run. */
  start: (files: readonly DroppedFile[]) => void;
  cancel: () => void;
}

/** Brings a folder or a zip to the server. @param onChecked is told of the dry run that has begun, and of the upload. */
export function useSending(
  datasetId: string,
  onChecked: (started: { importId: string; uploadId: string }) => void,
): SendingState {
  const [sending, setSending] = useState<Sending>();
  const [error, setError] = useState<unknown>();
  const under = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => under.current?.abort(), []);
  useLeaveWarning(sending !== undefined);
  const start = (files: readonly DroppedFile[]) => {
    const control = new AbortController();
    under.current?.abort();
    under.current = control;
    const tell = (next: Sending | undefined) => !control.signal.aborted && setSending(next);
    setError(undefined);
    sendAndCheck(files, datasetId, control.signal, tell).then(
      (started) => (tell(undefined), onChecked(started)),
      (reason: unknown) => (tell(undefined), !control.signal.aborted && setError(reason)),
    );
  };
  const cancel = () => {
    under.current?.abort();
    setSending(undefined);
  };
  return { sending, error, start, cancel };
}

async function sendAndCheck(
  files: readonly DroppedFile[],
  datasetId: string,
  signal: AbortSignal,
  tell: (sending: Sending) => void,
): Promise<{ importId: string; uploadId: string }> {
  const filename = archiveName(files);
  let shown: Sending = { phase: 'packing', files: files.length, done: 0, total: 1, isWaiting: false };
  const show = (next: Partial<Sending>) => tell((shown = { ...shown, ...next }));
  const onWait = (isWaiting: boolean) => show({ isWaiting });
  show({});
  await retried(() => refuseTooLarge(files, filename), signal, onWait);
  const archive = await packArchive(files, (done, total) => show({ done, total }), signal);
  show({ phase: 'sending', done: 0, total: archive.blob.size });
  const uploadId = await sendArchive(archive, {
    ...{ filename, datasetId, signal },
    onProgress: (done, total) => show({ done, total }),
    onWait,
  });
  const choice = { uploadId, format: archive.format, existing: 'SKIP', onProblem: 'SKIP', dryRun: true } as const;
  // A dry run that was asked for twice because an answer was lost changes nothing.
  return { uploadId, importId: await retried(() => startImport(datasetId, choice), signal, onWait) };
}

/** @returns id of the job. */
export async function startImport(datasetId: string, choice: ImportChoice): Promise<string> {
  const { importDataset } = await client.request(ImportDatasetDocument, { input: { datasetId, ...choice } });
  return present(accepted(importDataset).import, 'import').id;
}

/** Before hours are spent on packing. @throws RefusedError ARCHIVE_TOO_LARGE. */
async function refuseTooLarge(files: readonly DroppedFile[], item: string): Promise<void> {
  const { uploadBytes } = (await client.request(ServerLimitsDocument)).server.limits as { uploadBytes?: number };
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (uploadBytes === undefined || bytes <= uploadBytes) return;
  const message =
    `'${item}' has ${bytes} bytes; this server takes at most ${uploadBytes} at once (RESIDUA_LIMIT_UPLOAD_BYTES). ` +
    'Drop its folders one by one, or import it where the server runs: residua import';
  throw new RefusedError([{ code: 'ARCHIVE_TOO_LARGE', message, item }]);
}

/** The browser asks before the page is left while something is under way. */
function useLeaveWarning(isUnderWay: boolean): void {
  useLayoutEffect(() => {
    if (!isUnderWay) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isUnderWay]);
}
