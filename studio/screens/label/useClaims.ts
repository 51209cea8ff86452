import { useEffect, useState } from 'preact/hooks';
import { ClaimedImagesDocument } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { found } from '../../api/found.js';
import { client } from '../../api/session.js';

const askMilliseconds = 20_000;

/** Which images others have open now, and their names; asked for again while the page is seen. */
export function useClaims(): ReadonlyMap<string, string> {
  const { id } = useDataset();
  const [claims, setClaims] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    let isShown = true;
    const ask = async () => {
      if (document.hidden) return;
      const asked = await client.request(ClaimedImagesDocument, { id });
      const images = found(asked.node, 'dataset').images.nodes;
      const named = images.map((image) => [image.id, holdersOf(image.claims)] as const);
      if (isShown) setClaims(new Map(named.filter(([, names]) => names !== '')));
    };
    // Nobody waits for it, and it is asked for again.
    const quietly = () => void ask().catch(() => undefined);
    quietly();
    const timer = window.setInterval(quietly, askMilliseconds);
    return () => {
      isShown = false;
      window.clearInterval(timer);
    };
  }, [id]);
  return claims;
}

function holdersOf(claims: readonly { holder: string; isMine: boolean }[]): string {
  return [...new Set(claims.filter(({ isMine }) => !isMine).map(({ holder }) => holder))].join(', ');
}
