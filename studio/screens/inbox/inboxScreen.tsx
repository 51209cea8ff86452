import { useState } from 'preact/hooks';
import {
  accepted,
  AddPredictionToDatasetDocument,
  GiveFeedbackDocument,
  InboxDocument,
  present,
  type FeedbackVerdict,
  type InboxPredictionFragment,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { usePages } from '../../api/usePages.js';
import { useSay } from '../../parts/live.js';
import { Allowed, Empty, Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { useKeys } from '../label/useKeys.js';
import { ShownPrediction } from './shownPrediction.js';

/** Predictions of the line that nobody has judged yet, one after the other, with a key for each answer. */
export function InboxScreen() {
  const { project } = useDataset();
  const { inbox: words, rights } = useWords();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const waiting = usePages(project.id, async (after) => {
    return (await client.request(InboxDocument, { projectId: project.id, after })).loggedPredictions;
  });
  const [shown] = waiting.items.filter(({ id }) => !done.has(id));
  const pass = async (id: string) => {
    setDone((before) => new Set(before).add(id));
    if (waiting.items.filter((item) => item.id !== id && !done.has(item.id)).length === 0 && waiting.hasMore) {
      await waiting.more();
    }
  };
  // What was put off comes again; what was judged is asked for no more.
  const lookAgain = () => {
    setDone(new Set<string>());
    void waiting.reload();
  };
  return (
    <>
      <h1>{words.title}</h1>
      <Failure error={waiting.error} again={() => void waiting.reload()} />
      <Allowed right="FEEDBACK" to={rights.giveFeedback}>
        {shown ? (
          <Judged key={shown.id} prediction={shown} onDone={() => pass(shown.id)} />
        ) : waiting.isLoading ? (
          <Loading what={words.predictions} />
        ) : (
          <Empty title={words.none}>
            <p>{words.howToFill}</p>
            <button type="button" onClick={lookAgain}>
              {words.lookAgain}
            </button>
          </Empty>
        )}
      </Allowed>
    </>
  );
}

interface Answer {
  key: string;
  label: string;
  act: () => void;
}

interface JudgedProps {
  prediction: InboxPredictionFragment;
  onDone: () => Promise<void>;
}

function Judged({ prediction, onDone }: JudgedProps) {
  const { id: datasetId, name, can } = useDataset();
  const { inbox: words } = useWords();
  const say = useSay();
  const [note, setNote] = useState('');
  const judge = useAction(async (verdict: FeedbackVerdict) => {
    const input = { predictionId: prediction.id, verdict, note: note || null };
    accepted((await client.request(GiveFeedbackDocument, { input })).giveFeedback);
    say(words.said(words.verdicts[verdict]));
    await onDone();
  });
  const add = useAction(async () => {
    const input = { predictionId: prediction.id, datasetId };
    const payload = accepted((await client.request(AddPredictionToDatasetDocument, { input })).addPredictionToDataset);
    say(words.added(present(payload.image, 'image').filename));
  });
  const wrong = prediction.isAnomalous ? 'FALSE_ALARM' : 'MISSED';
  const answers: Answer[] = [
    { key: 'R', label: words.verdicts.RIGHT, act: () => void judge.run('RIGHT') },
    { key: wrong.charAt(0), label: words.verdicts[wrong], act: () => void judge.run(wrong) },
    { key: 'N', label: words.later, act: () => void onDone() },
    ...(can('CURATE') ? [{ key: 'A', label: words.add(name), act: () => void add.run() }] : []),
  ];
  useKeys(Object.fromEntries(answers.map(({ key, act }) => [key.toLowerCase(), act])));
  return (
    <section class="inbox" aria-label={words.prediction}>
      <ShownPrediction prediction={prediction} />
      <label class="field">
        <span>{words.note}</span>
        <input
          type="text"
          maxLength={1000}
          value={note}
          onInput={({ currentTarget }) => setNote(currentTarget.value)}
        />
      </label>
      <div class="row">
        {answers.map(({ key, label, act }) => (
          <button
            key={key}
            type="button"
            disabled={judge.isRunning || add.isRunning}
            onClick={act}
            aria-keyshortcuts={key}
          >
            {label} <kbd>{key}</kbd>
          </button>
        ))}
      </div>
      <Failure error={judge.error ?? add.error} />
    </section>
  );
}
