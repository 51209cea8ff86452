import type { WallImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { here } from '../../api/session.js';
import { useFormats, useWords } from '../../words/language.js';

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
  const { names } = useWords();
  const { duration } = useFormats();
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
        <span class="label">{defectType ?? names.labels[label]}</span> · {names.splits[split]}
        {annotations.map(({ kind, activeSeconds }) => (
          <span key={kind} class="badge">
            {names.kinds[kind]}
            {activeSeconds !== null && ` ${duration(activeSeconds)}`}
          </span>
        ))}
      </p>
    </li>
  );
}
