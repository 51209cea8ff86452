import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { DatasetFrameDocument } from '../../src/client/index.js';
import { DatasetProvider, useDataset } from '../api/dataset.js';
import { useNode } from '../api/useNode.js';
import { Empty, Failure, Loading } from '../parts/states.js';
import { ImagesScreen } from '../screens/images/imagesScreen.js';
import { InboxScreen } from '../screens/inbox/inboxScreen.js';
import { LabelScreen } from '../screens/label/labelScreen.js';
import { MonitoringScreen } from '../screens/monitoring/monitoringScreen.js';
import { PredictScreen } from '../screens/predict/predictScreen.js';
import { ResultsScreen } from '../screens/results/resultsScreen.js';
import { ReviewScreen } from '../screens/review/reviewScreen.js';
import { StudiesScreen } from '../screens/studies/studiesScreen.js';
import { StartScreen } from '../screens/start/startScreen.js';
import { RunScreen } from '../screens/train/runScreen.js';
import { TrainScreen } from '../screens/train/trainScreen.js';
import type { Words } from '../words/en.js';
import { useWords } from '../words/language.js';
import { TopBar } from './topBar.js';

interface Screen {
  name: keyof Words['frame']['screens'];
  Content: ComponentType<{ item: string | undefined }>;
  /** Of the tab that leads here, where it is another screen's. */
  tab?: string;
}

const screens: Readonly<Record<string, Screen>> = {
  '': { name: 'start', Content: StartScreen },
  images: { name: 'images', Content: ImagesScreen },
  label: { name: 'label', Content: LabelScreen },
  train: { name: 'train', Content: TrainScreen },
  runs: { name: 'run', Content: RunScreen, tab: 'train' },
  results: { name: 'results', Content: ResultsScreen },
  predict: { name: 'predict', Content: PredictScreen },
  review: { name: 'review', Content: ReviewScreen },
  studies: { name: 'studies', Content: StudiesScreen },
  inbox: { name: 'inbox', Content: InboxScreen },
  monitoring: { name: 'monitoring', Content: MonitoringScreen },
};

/** Everything below the address of a data set: its frame, and the screen. */
export function DatasetShell({ dataset, screen = '', item }: { dataset?: string; screen?: string; item?: string }) {
  const { data, error, reload } = useNode(DatasetFrameDocument, { id: dataset ?? '' }, 'dataset');
  const { frame } = useWords();
  if (data) {
    return (
      <DatasetProvider value={data}>
        <Opened screen={screen} item={item} />
      </DatasetProvider>
    );
  }
  return (
    <>
      <TopBar />
      <main>
        {error === undefined ? <Loading /> : <Failure error={error} again={() => void reload()} />}
        <a href="/studio/">{frame.toDatasets}</a>
      </main>
    </>
  );
}

function Opened({ screen, item }: { screen: string; item: string | undefined }) {
  const { name, path } = useDataset();
  const { frame } = useWords();
  const shown = screens[screen];
  const { Content, tab = screen } = shown ?? { Content: Nothing };
  const title = shown ? frame.screens[shown.name] : frame.nothingHere;
  useEffect(() => {
    document.title = `${title} – ${name} – Residua`;
  }, [title, name]);
  return (
    <>
      <TopBar>
        <strong class="dataset">{name}</strong>
        <nav aria-label={frame.navigation}>
          {Object.entries(screens)
            .filter(([, { tab: other }]) => other === undefined)
            .map(([key, each]) => (
              <a key={key} href={path(key)} aria-current={key === tab ? 'page' : undefined}>
                {frame.screens[each.name]}
              </a>
            ))}
        </nav>
      </TopBar>
      <main class={`screen-${screen || 'start'}`}>
        <Content item={item} />
      </main>
    </>
  );
}

function Nothing() {
  const { path } = useDataset();
  const { frame } = useWords();
  return (
    <Empty title={frame.noSuchPage}>
      <a href={path()}>{frame.toStart}</a>
    </Empty>
  );
}
