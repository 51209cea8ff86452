import { useLocation } from 'preact-iso';
import {
  accepted,
  DismissRetrainingDocument,
  present,
  RetrainingProposalsDocument,
  StartRetrainingDocument,
  type ShownProposalFragment,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { usePages } from '../../api/usePages.js';
import { Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';

/** Trainings that a rule proposes; somebody decides. */
export function Proposals() {
  const { project } = useDataset();
  const { monitoring: words } = useWords();
  const proposals = usePages<ShownProposalFragment>(project.id, async (after) => {
    return (await client.request(RetrainingProposalsDocument, { projectId: project.id, after })).retrainingProposals;
  });
  if (proposals.error !== undefined) return <Failure error={proposals.error} again={() => void proposals.reload()} />;
  if (proposals.items.length === 0) return null;
  return (
    <section aria-label={words.proposals}>
      <h2>{words.proposals}</h2>
      <ul class="alerts">
        {proposals.items.map((proposal) => (
          <Proposal key={proposal.id} proposal={proposal} onDecided={() => void proposals.reload()} />
        ))}
      </ul>
    </section>
  );
}

function Proposal({ proposal, onDecided }: { proposal: ShownProposalFragment; onDecided: () => void }) {
  const { can } = useDataset();
  const { route } = useLocation();
  const { monitoring: words } = useWords();
  const { moment } = useFormats();
  const { id, model, modelVersion, dataset, newLabels, reasons, createdAt } = proposal;
  const input = { proposalId: id };
  const start = useAction(async () => {
    const answer = accepted((await client.request(StartRetrainingDocument, { input })).startRetraining);
    const { trainingRun } = present(answer.proposal, 'proposal');
    route(`/studio/${dataset.id}/runs/${present(trainingRun, 'training').id}`);
  });
  const dismiss = useAction(async () => {
    accepted((await client.request(DismissRetrainingDocument, { input })).dismissRetraining);
    onDecided();
  });
  return (
    <li class="card-like">
      <strong>{words.trainAgain(model.name, dataset.name)}</strong>{' '}
      {reasons.map((reason) => words.proposed[reason](newLabels, `${model.name}@${modelVersion.version}`)).join(' · ')}
      <p class="hint">{words.since(moment(createdAt))}</p>
      {can('TRAIN') && (
        <div class="row">
          <button type="button" class="primary" disabled={start.isRunning} onClick={() => void start.run()}>
            {words.startTraining}
          </button>
          <button type="button" disabled={dismiss.isRunning} onClick={() => void dismiss.run()}>
            {words.dismiss}
          </button>
        </div>
      )}
      <Failure error={start.error ?? dismiss.error} />
    </li>
  );
}
