import { useDataset } from '../../../api/dataset.js';
import { Chosen } from '../../../parts/chosen.js';
import { Failure, Loading } from '../../../parts/states.js';
import { useFormats, useWords } from '../../../words/language.js';
import { useChosenKeys } from '../keys/keyChoice.js';
import { factors } from './factors.js';
import type { Suggestions } from './useSuggestions.js';

/** What a version suggests, how much of it, and what is done with it. */
export function SuggestionPanel({ suggestions }: { suggestions: Suggestions }) {
  const { suggestions: words } = useWords().drawing;
  const { keyOf } = useChosenKeys();
  const { isOn, refusal, isLoading, error, toggle } = suggestions;
  return (
    <fieldset class="suggestions">
      <legend>{words.title}</legend>
      <label>
        <input type="checkbox" checked={isOn} onChange={toggle} /> <kbd>{keyOf('suggestions')}</kbd> {words.show}
      </label>
      {isOn && (
        <>
          {refusal ? <p class="hint">{words.refusals[refusal]}</p> : <Choices suggestions={suggestions} />}
          {isLoading && !refusal && <Loading what={words.loading} />}
          <Failure error={error} />
          <Decisions suggestions={suggestions} />
        </>
      )}
    </fieldset>
  );
}

function Choices({ suggestions }: { suggestions: Suggestions }) {
  const { suggestions: words } = useWords().drawing;
  const { measured } = useFormats();
  const { versions, version, chooseVersion, factor, setFactor } = suggestions;
  return (
    <>
      <Chosen
        label={words.version}
        value={version?.id ?? ''}
        options={versions.map(({ id, model, version: number, aliases }) => [
          id,
          `${model}@${number}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}`,
        ])}
        onChoose={chooseVersion}
      />
      <label class="field">
        <span>{words.threshold(measured(factor))}</span>
        <input
          type="range"
          min={Math.log2(factors.least)}
          max={Math.log2(factors.most)}
          step={0.1}
          value={Math.log2(factor)}
          onInput={(event) => setFactor(2 ** Number(event.currentTarget.value))}
        />
      </label>
    </>
  );
}

function Decisions({ suggestions }: { suggestions: Suggestions }) {
  const { suggestions: words } = useWords().drawing;
  const { can } = useDataset();
  const { seen, current, accept, reject } = suggestions;
  if (!seen) return null;
  const all = [...seen.states.keys()];
  const open = all.filter((index) => seen.states[index] === 'open');
  const of = (state: string) => all.filter((index) => seen.states[index] === state).length;
  const meant = current >= 0 ? [current] : open;
  return (
    <>
      <p role="status" class="hint">
        {words.counts(open.length, of('accepted'), of('rejected'))}
      </p>
      {can('LABEL') && (
        <div class="row">
          <button type="button" disabled={open.length === 0} onClick={() => accept(open)}>
            {words.acceptAll}
          </button>
          <button type="button" disabled={meant.length === 0} onClick={() => reject(meant)}>
            {current >= 0 ? words.reject : words.rejectAll}
          </button>
        </div>
      )}
    </>
  );
}
