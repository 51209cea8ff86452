import { useState } from 'preact/hooks';
import { here } from '../../../api/session.js';
import type { Size } from '../../../canvas/viewport.js';
import { useFormats, useWords } from '../../../words/language.js';
import type { ComparedRow, Side, SideVerdict } from './comparison.js';
import { useCommonView, type CommonView } from './useCommonView.js';

/** One image under each version, with one pan and zoom for all, and the images to choose from: contrary verdicts first. */
export function SideBySide({ sides, rows }: { sides: readonly Side[]; rows: readonly ComparedRow[] }) {
  const { results: words } = useWords();
  const [chosen, choose] = useState(rows[0]?.image.id);
  const row = rows.find(({ image }) => image.id === chosen) ?? rows[0];
  if (!row) return null;
  const contrary = rows.filter(({ isContrary }) => isContrary).length;
  return (
    <section aria-label={words.images} class="side-by-side">
      <p>{words.contraryOf(contrary, rows.length)}</p>
      <ul class="filmstrip" aria-label={words.images}>
        {rows.map(({ image, isContrary }) => (
          <li key={image.id}>
            <button
              type="button"
              aria-current={image.id === row.image.id ? 'true' : undefined}
              title={image.filename}
              onClick={() => choose(image.id)}
            >
              <img src={here(image.thumbnailUrl)} alt={image.filename} loading="lazy" />
              <span>{isContrary ? words.contrary : words.agree}</span>
            </button>
          </li>
        ))}
      </ul>
      <Panes sides={sides} row={row} />
    </section>
  );
}

/** Pixels of the page. */
const window: Size = { width: 290, height: 260 };

function Panes({ sides, row }: { sides: readonly Side[]; row: ComparedRow }) {
  const { results: words, names } = useWords();
  const { image, verdicts } = row;
  const common = useCommonView(image, window);
  const [withMaps, setMaps] = useState(true);
  return (
    <>
      <div class="row">
        <strong>{image.filename}</strong>
        <span>{image.defectType ?? names.labels[image.label]}</span>
        <button type="button" onClick={() => common.zoom(1.25)}>
          {words.larger}
        </button>
        <button type="button" onClick={() => common.zoom(0.8)}>
          {words.smaller}
        </button>
        <button type="button" onClick={common.fit}>
          {words.whole}
        </button>
        <label class="option">
          <input type="checkbox" checked={withMaps} onChange={(event) => setMaps(event.currentTarget.checked)} />{' '}
          {words.withMaps}
        </label>
      </div>
      <div class="panes">
        {sides.map((side, index) => (
          <Pane
            key={side.id}
            name={`${side.model.name}@${side.version}`}
            verdict={verdicts[index] ?? null}
            {...{ image, common, withMaps }}
          />
        ))}
      </div>
    </>
  );
}

function Pane({
  name,
  verdict,
  image,
  common: { view, hands },
  withMaps,
}: {
  name: string;
  verdict: SideVerdict | null;
  image: ComparedRow['image'];
  common: CommonView;
  withMaps: boolean;
}) {
  const { results: words, version, names } = useWords();
  const { measured } = useFormats();
  const source = withMaps && verdict ? verdict.overlayUrl : image.url;
  return (
    <figure>
      <div class="pane" tabIndex={0} role="group" aria-label={words.pane(name)} {...hands}>
        <img
          src={here(source)}
          alt={withMaps ? version.withMap(image.filename) : image.filename}
          draggable={false}
          style={{
            width: `${image.width}px`,
            height: `${image.height}px`,
            transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
          }}
        />
      </div>
      <figcaption>
        <strong>{name}</strong>{' '}
        {verdict ? (
          <>
            {words.ratio(measured(verdict.ratio))}
            {verdict.verdict && (
              <span class={`badge ${verdict.verdict.toLowerCase()}`}>{names.verdicts[verdict.verdict]}</span>
            )}
          </>
        ) : (
          words.notCompared
        )}
      </figcaption>
    </figure>
  );
}
