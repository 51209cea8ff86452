import { useState } from 'preact/hooks';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { ImageLabel } from './imageLabel.js';
import { drawnKinds } from '../../canvas/drawnKinds.js';
import { NothingToDo } from './nothingToDo.js';
import { Queue } from './queue.js';
import { QueueChoice } from './queueChoice.js';
import type { Correction } from './saveLabel.js';
import { UnseenImages } from './unseenImages.js';
import { useQueue } from './useQueue.js';

/** Images one after the other, and the tools to draw on them. */
export function LabelScreen({ item }: { item: string | undefined }) {
  const { label: words } = useWords();
  const queue = useQueue(item);
  const { kind, choice, images, version, show, go } = queue;
  const [corrections, setCorrections] = useState<ReadonlyMap<string, Correction>>(new Map());
  return (
    <>
      <h1 class="unseen">{words.title}</h1>
      <div class="queue">
        <QueueChoice {...{ kind, choice, item, show }} />
        {choice === 'helps' && <UnseenImages {...{ images, version }} />}
        <Queue images={images} current={item} corrections={corrections} onShow={(image) => show({ image })} />
        <Failure error={images.error} again={() => void images.more()} />
      </div>
      {item ? (
        <ImageLabel
          key={`${item}/${kind}`}
          {...{ id: item, kind }}
          onNext={() => go(1)}
          onPrevious={() => go(-1)}
          onOtherKind={() => show({ kind: after(drawnKinds, kind), image: item })}
          onSaved={(correction) => setCorrections((before) => new Map(before).set(correction.id, correction))}
        />
      ) : (
        <NothingToDo {...{ choice, images }} labelled={corrections.size} onShow={(next) => show({ queue: next })} />
      )}
    </>
  );
}

/** The next of several, the first behind the last. */
function after<Value>(values: readonly Value[], value: Value): Value {
  return values[(values.indexOf(value) + 1) % values.length]!;
}
