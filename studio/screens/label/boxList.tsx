import type { DrawnBox } from '../../canvas/boxes.js';
import { useWords } from '../../words/language.js';

interface BoxListProps {
  boxes: readonly DrawnBox[];
  selected: number;
  onSelect: (index: number) => void;
  onChange: (boxes: readonly DrawnBox[]) => void;
}

/** Every box by its number, with the name of its defect. */
export function BoxList({ boxes, selected, onSelect, onChange }: BoxListProps) {
  const { boxes: words } = useWords().label;
  const named = [...new Set(boxes.flatMap(({ defectType }) => (defectType ? [defectType] : [])))];
  const rename = (at: number, defectType: string) =>
    onChange(boxes.map((box, index) => (index === at ? { ...box, defectType: defectType.trim() || null } : box)));
  const remove = (at: number) => {
    onChange(boxes.filter((_, index) => index !== at));
    onSelect(-1);
  };
  return (
    <ol class="boxes">
      {boxes.map((box, index) => (
        <li key={index} class={index === selected ? 'selected' : undefined}>
          <button
            type="button"
            aria-pressed={index === selected}
            title={words.place(box.x, box.y, box.width, box.height)}
            onClick={() => onSelect(index)}
          >
            {index + 1}: {box.width} × {box.height}
          </button>
          <input
            aria-label={words.defectIn(index + 1)}
            placeholder={words.kindOfDefect}
            list="defects"
            maxLength={100}
            value={box.defectType ?? ''}
            onChange={(event) => rename(index, event.currentTarget.value)}
          />
          <button type="button" aria-label={words.deleteBox(index + 1)} onClick={() => remove(index)}>
            ×
          </button>
        </li>
      ))}
      <datalist id="defects">
        {named.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </ol>
  );
}
