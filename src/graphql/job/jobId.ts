import { jobNounOf } from '../../services/records.js';
import { FaultError, problem } from '../../shared/errors.js';
import { idOf, decodeGlobalId, parseGlobalId } from '../globalId.js';

const jobNouns = Object.values(jobNounOf);

function isJobNoun(type: string | undefined): type is (typeof jobNouns)[number] {
  return jobNouns.some((noun) => noun === type);
}

/** The UUID of a job's id in a mutation. @throws ProblemError BAD_USER_INPUT, NOT_FOUND. */
export function jobIdOf(globalId: string, field: readonly string[]): string {
  const type = decodeGlobalId(globalId)?.type;
  if (type === undefined || isJobNoun(type)) return idOf(isJobNoun(type) ? type : 'TrainingRun', globalId, field);
  throw problem('NOT_FOUND', `the id belongs to a ${type}; here the id of one of ${jobNouns.join(', ')} is needed`, {
    field,
  });
}

/** The UUID of a job's id in a subscription. @throws FaultError BAD_USER_INPUT, NOT_FOUND. */
export function followedJobId(globalId: string): string {
  const { type, id } = parseGlobalId(globalId);
  if (isJobNoun(type)) return id;
  throw new FaultError('NOT_FOUND', `The id belongs to a ${type}; only ${jobNouns.join(', ')} have events.`);
}
