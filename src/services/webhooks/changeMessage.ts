import type { ProjectChangeEntity } from '../../database/entities/index.js';
import { encodeGlobalId } from '../../shared/globalId.js';
import { changedNoun } from '../changedNoun.js';
import type { Message } from './sendDelivery.js';

/** What a webhook is told of a change: the same as `projectChanges` says. */
export function changeMessage(change: ProjectChangeEntity): Message {
  const { projectId, seq, kind, count, at, details } = change;
  const { datasetId, modelId, ...rest } = details;
  const noun = changedNoun(kind, details);
  const data = {
    ...{ projectId: encodeGlobalId('Project', projectId), seq, kind, count },
    ids: change.ids.map((id) => encodeGlobalId(noun, id)),
    ...(datasetId && { datasetId: encodeGlobalId('Dataset', datasetId) }),
    ...(modelId && { modelId: encodeGlobalId('Model', modelId) }),
    ...rest,
  };
  // The same in every attempt, and of no other change.
  return messageOf(`change_${projectId}_${seq}`, kind.toLowerCase(), at, data);
}

/** What a webhook is told to see whether it listens. @param id of the test. */
export function testMessage(id: string, projectId: string, now: Date): Message {
  return messageOf(`test_${id}`, 'test', now, { projectId: encodeGlobalId('Project', projectId) });
}

function messageOf(id: string, type: string, at: Date, data: object): Message {
  return { id, body: JSON.stringify({ type, timestamp: at.toISOString(), data }) };
}
