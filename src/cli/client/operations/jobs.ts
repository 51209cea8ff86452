import type { JobKind, JobState } from '../../../database/entities/job.entity.js';
import { failure, operation, userErrors, type Payload, type UserError } from './operation.js';

export interface JobEventBase {
  cursor: string;
  seq: number;
  at: string;
  attempt: number;
}
export interface StateChanged extends JobEventBase {
  __typename: 'StateChanged';
  state: JobState;
}
export interface MetricsReported extends JobEventBase {
  __typename: 'MetricsReported';
  phase: string;
  step: number;
  totalSteps: number;
  metrics: { name: string; value: number }[];
  secondsPerStep: number | null;
  etaSeconds: number | null;
}
export interface LogWritten extends JobEventBase {
  __typename: 'LogWritten';
  level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  message: string;
}
export interface CheckpointSaved extends JobEventBase {
  __typename: 'CheckpointSaved';
  step: number;
}
export type JobEvent = StateChanged | MetricsReported | LogWritten | CheckpointSaved;

export const jobEvents = operation<{ jobEvents: JobEvent }, { jobId: string; after?: string | undefined }>(`
  subscription JobEvents($jobId: ID!, $after: String) {
    jobEvents(jobId: $jobId, after: $after) {
      __typename cursor seq at attempt
      ... on StateChanged { state }
      ... on MetricsReported { phase step totalSteps metrics { name value } secondsPerStep etaSeconds }
      ... on LogWritten { level message }
      ... on CheckpointSaved { step }
    }
  }`);

export interface JobOutcome {
  id: string;
  kind: JobKind;
  state: JobState;
  failure: UserError | null;
}
export const jobOutcome = operation<{ node: JobOutcome | null }, { id: string }>(`
  query JobOutcome($id: ID!) { node(id: $id) { ... on Job { id kind state ${failure} } } }`);

export const cancelJob = operation<{ cancelJob: Payload }, { input: { id: string } }>(`
  mutation CancelJob($input: JobInput!) { cancelJob(input: $input) { ${userErrors} } }`);
