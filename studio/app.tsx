import { LocationProvider, Route, Router } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { ViewerNameDocument } from '../src/client/index.js';
import { forgetToken, isUnauthenticated } from './api/session.js';
import { useQuery } from './api/useQuery.js';
import { ViewerProvider } from './api/viewer.js';
import { DatasetShell } from './frame/datasetShell.js';
import { AppearanceProvider, useChosenAppearance } from './frame/theme.js';
import { TokenForm } from './frame/tokenForm.js';
import { TopBar } from './frame/topBar.js';
import { Announcements } from './parts/live.js';
import { Empty, Failure, Loading } from './parts/states.js';
import { VersionRedirect } from './screens/results/versionRedirect.js';
import { DatasetsScreen } from './screens/start/datasetsScreen.js';
import { LanguageProvider, useWords } from './words/language.js';

/** The whole page. */
export function App() {
  const appearance = useChosenAppearance();
  return (
    <AppearanceProvider value={appearance}>
      <LanguageProvider>
        <LocationProvider scope="/studio">
          <Announcements>
            <Inside />
          </Announcements>
        </LocationProvider>
      </LanguageProvider>
    </AppearanceProvider>
  );
}

/** What whoever is known to the server sees. */
function Inside() {
  const viewer = useQuery(ViewerNameDocument, {});
  const { states } = useWords();
  const isStranger = isUnauthenticated(viewer.error);
  useEffect(() => (isStranger ? forgetToken() : undefined), [isStranger]);
  if (isStranger) return <TokenForm />;
  if (viewer.error !== undefined) return <Failure error={viewer.error} again={() => void viewer.reload()} />;
  if (!viewer.data) return <Loading what={states.asking} />;
  return (
    <ViewerProvider value={viewer.data.viewer}>
      <Router>
        <Route path="/studio" component={Home} />
        <Route path="/studio/versions/:version" component={VersionRedirect} />
        <Route path="/studio/:dataset/:screen?/:item?" component={DatasetShell} />
        <Route default component={Nowhere} />
      </Router>
    </ViewerProvider>
  );
}

function Home() {
  return (
    <>
      <TopBar />
      <main>
        <DatasetsScreen />
      </main>
    </>
  );
}

function Nowhere() {
  const { frame } = useWords();
  return (
    <>
      <TopBar />
      <main>
        <Empty title={frame.noSuchPage}>
          <a href="/studio/">{frame.toDatasets}</a>
        </Empty>
      </main>
    </>
  );
}
