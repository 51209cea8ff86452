import { Chosen } from '../../parts/chosen.js';
import { useWords } from '../../words/language.js';
import { drawnKinds } from '../../canvas/drawnKinds.js';
import type { ImageQueue } from './useQueue.js';

interface QueueChoiceProps extends Pick<ImageQueue, 'kind' | 'choice' | 'show'> {
  item: string | undefined;
}

/** Which images, and what is drawn on them. */
export function QueueChoice({ kind, choice, item, show }: QueueChoiceProps) {
  const { label: words, names } = useWords();
  return (
    <>
      <Chosen
        label={words.queue}
        value={choice}
        options={[
          ['todo', words.todo(names.withoutMarks[kind])],
          ['helps', words.helps],
          ['unknown', words.unknown],
          ['all', words.all],
        ]}
        onChoose={(queue) => show({ queue })}
      />
      <Chosen
        label={words.draw}
        value={kind}
        options={drawnKinds.map((each) => [each, names.marks[each]])}
        onChoose={(next) => show({ kind: next, image: item })}
      />
    </>
  );
}
