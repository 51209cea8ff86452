import { useFormats, useWords } from '../../words/language.js';

/** How the image is seen; its pixels stay as they are. 1 is as it is. */
export interface Look {
  brightness: number;
  contrast: number;
}

export const plainLook: Look = { brightness: 1, contrast: 1 };

/** As styles write it; nothing is filtered where nothing changes. */
export function filterOf({ brightness, contrast }: Look): string {
  return brightness === 1 && contrast === 1 ? 'none' : `brightness(${brightness}) contrast(${contrast})`;
}

/** Brightness and contrast of the view, for marks that are hardly seen. */
export function ViewLook({ look, onLook }: { look: Look; onLook: (look: Look) => void }) {
  const { view: words } = useWords().drawing;
  const { measured } = useFormats();
  const isPlain = look.brightness === 1 && look.contrast === 1;
  return (
    <details>
      <summary>{words.title}</summary>
      {(['brightness', 'contrast'] as const).map((name) => (
        <label key={name} class="field">
          <span>
            {words[name]} × {measured(look[name])}
          </span>
          <input
            type="range"
            min={-2}
            max={2}
            step={0.1}
            value={Math.log2(look[name])}
            onInput={(event) => onLook({ ...look, [name]: 2 ** Number(event.currentTarget.value) })}
          />
        </label>
      ))}
      <button type="button" disabled={isPlain} onClick={() => onLook(plainLook)}>
        {words.plain}
      </button>
    </details>
  );
}
