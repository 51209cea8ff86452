/** What a subscription tells. */
export interface Observer<Event> {
  next(event: Event): void;
  /** @param isRefusal whether the server said no, instead of the connection having been lost. */
  error(error: unknown, isRefusal: boolean): void;
  complete(): void;
}

/** Opens a subscription behind a cursor, or from the start. */
export type Subscribe<Event> = (after: string | undefined, observer: Observer<Event>) => void;

export interface FollowOptions {
  /** Milliseconds before a lost connection is made again. */
  pause?: number;
  /** How often in a row that may fail. */
  attempts?: number;
}

/**
 * Follows a job to its end, over any number of lost connections and restarted servers: subscribes again behind the cursor of the last
 * event it has seen, so that no event is missed and none comes twice. The recipe for every client.
 * @throws what the server refused, or the last error when it stays away.
 */
export async function followFromCursor<Event extends { cursor: string }>(
  subscribe: Subscribe<Event>,
  see: (event: Event) => void,
  { pause = 500, attempts = 20 }: FollowOptions = {},
): Promise<void> {
  let after: string | undefined;
  for (let failures = 0; ;) {
    const lost = await new Promise<{ error: unknown } | undefined>((resolve, reject) =>
      subscribe(after, {
        next: (event) => {
          failures = 0;
          after = event.cursor;
          see(event);
        },
        error: (error, isRefusal) => (isRefusal ? reject(asError(error)) : resolve({ error })),
        complete: () => resolve(undefined),
      }),
    );
    if (!lost) return;
    if (++failures > attempts) throw asError(lost.error);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
