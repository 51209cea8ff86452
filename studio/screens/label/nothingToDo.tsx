import { useDataset } from '../../api/dataset.js';
import { Empty, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import type { ImageQueue, QueueName } from './useQueue.js';

/** The end of a queue, and where to go from there. */
export function NothingToDo({
  choice,
  images,
  labelled,
  onShow,
}: Pick<ImageQueue, 'choice' | 'images'> & {
  labelled: number;
  onShow: (queue: QueueName) => void;
}) {
  const { path } = useDataset();
  const { label: words } = useWords();
  if (images.isLoading) return <Loading what={words.theQueue} />;
  return (
    <Empty title={labelled > 0 ? words.done(labelled) : words.nothingWaits}>
      <p>{words.noOther}</p>
      <div class="row">
        {choice === 'helps' && (
          <button type="button" onClick={() => void images.reload()}>
            {words.rankAgain}
          </button>
        )}
        <button type="button" onClick={() => onShow('unknown')}>
          {words.unknownImages}
        </button>
        <button type="button" onClick={() => onShow('all')}>
          {words.allImages}
        </button>
        <a class="button" href={path('train')}>
          {words.train}
        </a>
      </div>
    </Empty>
  );
}
