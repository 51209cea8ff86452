import { useState } from 'preact/hooks';
import { AliasMovesDocument, type AliasMovesQuery } from '../../../../src/client/index.js';
import { found } from '../../../api/found.js';
import { client } from '../../../api/session.js';
import { usePages } from '../../../api/usePages.js';
import { Failure, Loading } from '../../../parts/states.js';
import { useFormats, useWords } from '../../../words/language.js';
import { champion } from '../allVersions.js';
import type { OpenVersion } from '../versionScreen.js';
import { MoveDialog } from './moveDialog.js';

/** Where the aliases of a model point, moving one here, and every move there was. */
export function AliasBoard({ version, onChanged }: { version: OpenVersion; onChanged: () => void }) {
  const { id, model } = version;
  const { version: words, states, rights } = useWords();
  const [moving, setMoving] = useState<string>();
  const current = model.aliases.find(({ name }) => name === champion)?.modelVersion;
  const mayRelease = model.project.viewerCan.includes('RELEASE');
  return (
    <section class="card-like">
      <h2>{words.inUse}</h2>
      <p>{current ? words.championIs(`${model.name}@${current.version}`) : words.noChampion}</p>
      <Others version={version} onMove={mayRelease ? setMoving : undefined} />
      {current?.id === id ? (
        <p class="hint">{words.askersGet(`${model.name}@${champion}`)}</p>
      ) : mayRelease ? (
        <button type="button" class="primary" onClick={() => setMoving(champion)}>
          {words.makeChampion}
        </button>
      ) : (
        <p class="no-right">{states.mayNot(rights.moveAliases, model.project.name, ['RELEASE'])}</p>
      )}
      {mayRelease && <NewAlias onMove={setMoving} />}
      <Moves key={model.aliases.map((each) => `${each.name}=${each.modelVersion.id}`).join()} modelId={model.id} />
      {moving !== undefined && (
        <MoveDialog
          alias={moving}
          version={version}
          onClose={() => setMoving(undefined)}
          onMeasured={onChanged}
          onMoved={() => {
            setMoving(undefined);
            onChanged();
          }}
        />
      )}
    </section>
  );
}

interface Moving {
  onMove: ((alias: string) => void) | undefined;
}

/** Aliases beside the champion. */
function Others({ version: { id, model }, onMove }: Moving & { version: OpenVersion }) {
  const { version: words } = useWords();
  const others = model.aliases.filter(({ name }) => name !== champion);
  if (others.length === 0) return null;
  return (
    <ul class="aliases">
      {others.map(({ name, modelVersion }) => (
        <li key={name}>
          <code>{name}</code> → {model.name}@{modelVersion.version}{' '}
          {onMove && modelVersion.id !== id && (
            <button type="button" onClick={() => onMove(name)}>
              {words.moveHere}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function NewAlias({ onMove }: { onMove: (alias: string) => void }) {
  const { version: words } = useWords();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const alias = new FormData(event.currentTarget as HTMLFormElement).get('alias');
    if (typeof alias === 'string' && alias) onMove(alias);
  };
  return (
    <form class="row" onSubmit={submit}>
      <label class="field">
        <span>{words.otherAlias}</span>
        <input
          name="alias"
          required
          maxLength={63}
          pattern="[a-z][a-z0-9_\-]*"
          title={words.aliasRule}
          placeholder="candidate"
        />
      </label>
      <button>{words.pointHere}</button>
    </form>
  );
}

type Move = NonNullable<Extract<NonNullable<AliasMovesQuery['node']>, { id: string }>>['aliasHistory']['nodes'][number];

function Moves({ modelId }: { modelId: string }) {
  const { version: words, states } = useWords();
  const { moment } = useFormats();
  const moves = usePages<Move>(modelId, async (after) => {
    return found((await client.request(AliasMovesDocument, { id: modelId, after })).node, 'model').aliasHistory;
  });
  return (
    <details>
      <summary>{words.history(moves.total ?? 0)}</summary>
      <ol class="moves">
        {moves.items.map(({ seq, alias, at, author, fromVersion, toVersion }) => (
          <li key={seq}>
            <time dateTime={at}>{moment(at)}</time> <code>{alias}</code>: {fromVersion ?? '–'} → {toVersion ?? '–'}
            {author && ` (${author})`}
          </li>
        ))}
      </ol>
      {moves.isLoading && <Loading />}
      <Failure error={moves.error} again={() => void moves.more()} />
      {moves.hasMore && !moves.isLoading && (
        <button type="button" onClick={() => void moves.more()}>
          {states.showMore}
        </button>
      )}
    </details>
  );
}
