import type { WallImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { here } from '../../api/session.js';
import { inWords } from '../../parts/numbers.js';
import { labelNames } from './choices.js';

interface WallProps {
  images: readonly WallImageFragment[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** Stored previews, each with what is known of its image. */
export function ImageWall({ images, chosen, onChoose }: WallProps) {
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <ul class="wall">
      {images.map((image) => (
        <Tile key={image.id} image={image} isChosen={chosen.has(image.id)} onToggle={() => toggle(image.id)} />
      ))}
    </ul>
  );
}

function Tile({
  image: { id, filename, label, split, defectType, thumbnailUrl, annotations },
  isChosen,
  onToggle,
}: {
  image: WallImageFragment;
  isChosen: boolean;
  onToggle: () => void;
}) {
  const { path } = useDataset();
  return (
    <li class={`tile ${label.toLowerCase()}`}>
      <a href={path(`label/${id}`)} title={filename}>
        <img src={here(thumbnailUrl)} alt={filename} loading="lazy" decoding="async" />
      </a>
      <label class="name">
        <input type="checkbox" checked={isChosen} onChange={onToggle} />
        <span>{filename}</span>
      </label>
      <p>
        <span class="label">{defectType ?? labelNames[label]}</span> · {inWords(split)}
        {annotations.map(({ kind, activeSeconds }) => (
          <span key={kind} class="badge">
            {inWords(kind)}
            {activeSeconds !== null && ` ${activeSeconds.toFixed(1)} s`}
          </span>
        ))}
      </p>
    </li>
  );
}
