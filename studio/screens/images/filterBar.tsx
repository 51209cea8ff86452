import { useLocation } from 'preact-iso';
import type { AnnotationKind, ImageFilter, ImageLabel, Split } from '../../../src/client/index.js';
import { Chosen } from '../../parts/chosen.js';
import { useWords } from '../../words/language.js';
import { labels, splits, useChoices } from './choices.js';

type Query = Readonly<Record<string, string>>;

const kinds = ['BOX', 'BLOCK', 'PIXEL'] as const satisfies readonly AnnotationKind[];

/** The API's filter, of what the address says; what it does not know is left out. */
export function filterOf({ split, label, marks }: Query): ImageFilter {
  const known = <Value extends string>(value: string | undefined, choices: readonly Value[]) =>
    choices.find((each) => each === value);
  const without = known(marks?.replace('NO_', ''), kinds);
  const filter: ImageFilter = {
    split: known<Split>(split, splits),
    label: known<ImageLabel>(label, labels),
    ...(marks?.startsWith('NO_') ? { notAnnotatedWith: without } : { annotatedWith: known(marks, kinds) }),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Chooses which images are shown; the address remembers it. */
export function FilterBar() {
  const { query, path, route } = useLocation();
  const { images: words, names } = useWords();
  const { labelChoices, splitChoices } = useChoices();
  const everything = ['', words.all] as const;
  const markChoices = [
    everything,
    ...kinds.map((kind) => [kind, names.withMarks[kind]] as const),
    ...kinds.map((kind) => [`NO_${kind}`, names.withoutMarks[kind]] as const),
  ];
  const choose = (name: string) => (value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    route(`${path}${next.size > 0 ? `?${next}` : ''}`, true);
  };
  const filter = (name: string, label: string, options: readonly (readonly [string, string])[]) => (
    <Chosen label={label} value={query[name] ?? ''} options={options} onChoose={choose(name)} />
  );
  return (
    <div class="row" role="group" aria-label={words.show}>
      {filter('label', words.label, [everything, ...labelChoices])}
      {filter('split', words.use, [everything, ...splitChoices])}
      {filter('marks', words.marks, markChoices)}
    </div>
  );
}
