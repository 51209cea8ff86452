import { accepted, SetModelAliasDocument } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import type { OpenVersion } from './versionScreen.js';

/** The alias whose version predicts in the hall. */
const champion = 'champion';

/** Which version `champion` is, and making this one it. */
export function AliasForm({ version, onChanged }: { version: OpenVersion; onChanged: () => void }) {
  const { id, model } = version;
  const say = useSay();
  const current = model.aliases.find(({ name }) => name === champion)?.modelVersion;
  const move = useAction(async () => {
    const input = { modelVersionId: id, alias: champion };
    accepted((await client.request(SetModelAliasDocument, { input })).setModelAlias);
    say(`${model.name}@${version.version} is champion`);
    onChanged();
  });
  const mayRelease = model.project.viewerCan.includes('RELEASE');
  return (
    <section class="card-like">
      <h2>In use</h2>
      <p>{current ? `champion is ${model.name}@${current.version}.` : 'No version is champion.'}</p>
      {current?.id === id ? (
        <p class="hint">Whoever asks for {model.name}@champion gets this one.</p>
      ) : mayRelease ? (
        <button type="button" class="primary" disabled={move.isRunning} onClick={() => void move.run()}>
          Make this one champion
        </button>
      ) : (
        <p class="no-right">You may not move aliases in this project: that needs RELEASE.</p>
      )}
      <Failure error={move.error} />
    </section>
  );
}
