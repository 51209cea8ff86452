import { useEffect, useRef } from 'preact/hooks';
import { here } from '../../api/session.js';
import type { Pages } from '../../api/usePages.js';
import { useFormats, useWords } from '../../words/language.js';
import type { Correction } from './saveLabel.js';
import { useClaims } from './useClaims.js';
import type { QueueItem } from './useQueue.js';

interface QueueProps {
  images: Pages<QueueItem>;
  current: string | undefined;
  /** What was saved since the queue was asked for; it stays as it was, so that nothing jumps. */
  corrections: ReadonlyMap<string, Correction>;
  onShow: (id: string) => void;
}

/** The images that wait, as a strip of previews. */
export function Queue({ images, current, corrections, onShow }: QueueProps) {
  const { label: words, names } = useWords();
  const claims = useClaims();
  const strip = useRef<HTMLUListElement>(null);
  useEffect(() => {
    strip.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <>
      <ul ref={strip} class="strip" aria-label={words.strip}>
        {images.items.map(({ id, filename, label, thumbnailUrl, annotations, why }) => {
          const correction = corrections.get(id);
          const holders = claims.get(id);
          const kinds = new Set(annotations.map(({ kind }) => kind));
          if (correction?.kind) kinds.add(correction.kind);
          return (
            <li key={id}>
              <button
                type="button"
                aria-current={id === current ? 'true' : undefined}
                title={holders ? `${filename}, ${words.openAt(holders)}` : filename}
                onClick={() => onShow(id)}
              >
                <img src={here(thumbnailUrl)} alt={filename} loading="lazy" decoding="async" />
                <span>
                  {names.labels[correction?.label ?? label]}
                  {[...kinds].map((kind) => ` · ${names.kinds[kind]}`)}
                </span>
                {why && <Why {...why} />}
                {holders && <span class="claim">{holders}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {images.hasMore && !images.isLoading && (
        <button type="button" onClick={() => void images.more()}>
          {words.more}
        </button>
      )}
    </>
  );
}

/** Why an image is worth its seconds. */
function Why({ reasons, expectedSeconds }: NonNullable<QueueItem['why']>) {
  const { label: words } = useWords();
  const { duration } = useFormats();
  return (
    <span class="why">
      {[...reasons.map((reason) => words.reasons[reason]), words.about(duration(expectedSeconds))].join(' · ')}
    </span>
  );
}
