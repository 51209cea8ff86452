import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { DatasetFrameDocument } from '../../src/client/index.js';
import { DatasetProvider, datasetOf, useDataset } from '../api/dataset.js';
import { useQuery } from '../api/useQuery.js';
import { Empty, Failure, Loading } from '../parts/states.js';
import { ImagesScreen } from '../screens/images/imagesScreen.js';
import { LabelScreen } from '../screens/label/labelScreen.js';
import { PredictScreen } from '../screens/predict/predictScreen.js';
import { ResultsScreen } from '../screens/results/resultsScreen.js';
import { StartScreen } from '../screens/start/startScreen.js';
import { RunScreen } from '../screens/train/runScreen.js';
import { TrainScreen } from '../screens/train/trainScreen.js';
import { TopBar } from './topBar.js';

interface Screen {
  name: string;
  Content: ComponentType<{ item: string | undefined }>;
  /** Of the tab that leads here, where it is another screen's. */
  tab?: string;
}

const screens: Readonly<Record<string, Screen>> = {
  '': { name: 'Start', Content: StartScreen },
  images: { name: 'Images', Content: ImagesScreen },
  label: { name: 'Label', Content: LabelScreen },
  train: { name: 'Train', Content: TrainScreen },
  runs: { name: 'Run', Content: RunScreen, tab: 'train' },
  results: { name: 'Results', Content: ResultsScreen },
  predict: { name: 'Predict', Content: PredictScreen },
};

/** Everything below the address of a data set: its frame, and the screen. */
export function DatasetShell({ dataset, screen = '', item }: { dataset?: string; screen?: string; item?: string }) {
  const asked = useQuery(DatasetFrameDocument, { id: dataset ?? '' });
  if (asked.error !== undefined || !asked.data) {
    return (
      <>
        <TopBar />
        <main>{asked.error === undefined ? <Loading /> : <Failure error={asked.error} />}</main>
      </>
    );
  }
  try {
    return (
      <DatasetProvider value={datasetOf(asked.data)}>
        <Opened screen={screen} item={item} />
      </DatasetProvider>
    );
  } catch (error) {
    return (
      <>
        <TopBar />
        <main>
          <Failure error={error} />
          <a href="/studio/">To the data sets</a>
        </main>
      </>
    );
  }
}

function Opened({ screen, item }: { screen: string; item: string | undefined }) {
  const { name, path } = useDataset();
  const { Content, name: title, tab = screen } = screens[screen] ?? { name: 'Nothing here', Content: Nothing };
  useEffect(() => {
    document.title = `${title} – ${name} – Residua`;
  }, [title, name]);
  return (
    <>
      <TopBar>
        <strong class="dataset">{name}</strong>
        <nav aria-label="Screens">
          {Object.entries(screens)
            .filter(([, { tab: other }]) => other === undefined)
            .map(([key, each]) => (
              <a key={key} href={path(key)} aria-current={key === tab ? 'page' : undefined}>
                {each.name}
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
  return (
    <Empty title="There is no such page">
      <a href={path()}>To the start</a>
    </Empty>
  );
}
