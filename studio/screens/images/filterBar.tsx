import { useLocation } from 'preact-iso';
import type { AnnotationKind, ImageFilter, ImageLabel, Split } from '../../../src/client/index.js';
import { Chosen } from '../../parts/chosen.js';
import { labelChoices, splitChoices } from './choices.js';

type Query = Readonly<Record<string, string>>;

const everything = ['', 'all'] as const;
const kinds = [
  ['BOX', 'boxes'],
  ['BLOCK', 'blocks'],
  ['PIXEL', 'masks'],
] as const satisfies readonly (readonly [AnnotationKind, string])[];

const markChoices = [
  everything,
  ...kinds.map(([kind, text]) => [kind, `with ${text}`] as const),
  ...kinds.map(([kind, text]) => [`NO_${kind}`, `without ${text}`] as const),
];

/** The API's filter, of what the address says; what it does not know is left out. */
export function filterOf({ split, label, marks }: Query): ImageFilter {
  const known = <Value extends string>(value: string | undefined, choices: readonly (readonly [Value, string])[]) =>
    choices.find(([each]) => each === value)?.[0];
  const without = known(marks?.replace('NO_', ''), kinds);
  const filter: ImageFilter = {
    split: known<Split>(split, splitChoices),
    label: known<ImageLabel>(label, labelChoices),
    ...(marks?.startsWith('NO_') ? { notAnnotatedWith: without } : { annotatedWith: known(marks, kinds) }),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Chooses which images are shown; the address remembers it. */
export function FilterBar() {
  const { query, path, route } = useLocation();
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
    <div class="row" role="group" aria-label="Show">
      {filter('label', 'Label', [everything, ...labelChoices])}
      {filter('split', 'Use', [everything, ...splitChoices])}
      {filter('marks', 'Marks', markChoices)}
    </div>
  );
}
