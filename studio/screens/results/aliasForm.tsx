import { accepted, SetModelAliasDocument } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import type { OpenVersion } from './versionScreen.js';
import { champion } from './versionsOf.js';

/** Which version `champion` is, and making this one it. */
export function AliasForm({ version, onChanged }: { version: OpenVersion; onChanged: () => void }) {
  const { id, model } = version;
  const say = useSay();
  const { version: words, states, rights } = useWords();
  const current = model.aliases.find(({ name }) => name === champion)?.modelVersion;
  const move = useAction(async () => {
    const input = { modelVersionId: id, alias: champion };
    accepted((await client.request(SetModelAliasDocument, { input })).setModelAlias);
    say(words.isChampion(`${model.name}@${version.version}`));
    onChanged();
  });
  const mayRelease = model.project.viewerCan.includes('RELEASE');
  return (
    <section class="card-like">
      <h2>{words.inUse}</h2>
      <p>{current ? words.championIs(`${model.name}@${current.version}`) : words.noChampion}</p>
      {current?.id === id ? (
        <p class="hint">{words.askersGet(`${model.name}@${champion}`)}</p>
      ) : mayRelease ? (
        <button type="button" class="primary" disabled={move.isRunning} onClick={() => void move.run()}>
          {words.makeChampion}
        </button>
      ) : (
        <p class="no-right">{states.mayNot(rights.moveAliases, model.project.name, ['RELEASE'])}</p>
      )}
      <Failure error={move.error} />
    </section>
  );
}
