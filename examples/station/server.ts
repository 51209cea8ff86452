/** How to reach the server, and as what. */
export interface Server {
  /** `http://127.0.0.1:4000`. */
  url: string;
  /** Name of the station; with `project` before it where several projects have one of the name. */
  station: string;
  project?: string | undefined;
  /** May PREDICT. */
  token?: string | undefined;
}

/** What came of sending an image. */
export type Sent =
  | { what: 'answered'; verdict: 'OK' | 'NOK'; answer: Record<string, unknown> }
  /** It is no image that any model could judge: sending it again is of no use. */
  | { what: 'refused'; reason: string }
  /** Nobody knows; it may be sent again. */
  | { what: 'failed'; reason: string };

/** Sends an image. Never throws. @param late whether the line was told NOK already. */
export async function sendImage(
  server: Server,
  { part, image, late }: { part: string; image: Uint8Array; late: boolean },
  signal: AbortSignal,
): Promise<Sent> {
  const query = new URLSearchParams({ part, ...(late && { late: 'true' }) });
  try {
    const response = await fetch(`${addressOf(server)}/images?${query.toString()}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', ...authorization(server) },
      body: new Uint8Array(image),
      signal,
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.status === 200) {
      return { what: 'answered', verdict: answer['verdict'] === 'OK' ? 'OK' : 'NOK', answer };
    }
    const reason = `the server answered ${response.status}: ${JSON.stringify(answer['errors'])}`;
    // 400, 413 and 415 are about the image; all else about server, station and token, which somebody may put right.
    return { what: [400, 413, 415].includes(response.status) ? 'refused' : 'failed', reason };
  } catch (error) {
    return { what: 'failed', reason: signal.aborted ? 'no answer in time' : `the server is away (${String(error)})` };
  }
}

/** How long the line waits, as the server says; undefined when it does not answer. */
export async function deadlineOf(server: Server): Promise<number | undefined> {
  try {
    const response = await fetch(addressOf(server), {
      headers: authorization(server),
      signal: AbortSignal.timeout(2_000),
    });
    return ((await response.json()) as { deadlineMilliseconds?: number }).deadlineMilliseconds;
  } catch {
    return undefined;
  }
}

function addressOf({ url, project, station }: Server): string {
  const place = project === undefined ? '' : `/projects/${encodeURIComponent(project)}`;
  return `${url}/v1${place}/stations/${encodeURIComponent(station)}`;
}

function authorization({ token }: Server): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}
