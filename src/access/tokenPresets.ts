import { projectPermissions, type ProjectPermission } from './permissions.js';

/** What tokens are usually for. */
export const tokenPresetNames = ['PREDICT', 'INGEST', 'READ', 'TRAIN', 'EVERYTHING'] as const;
export type TokenPreset = (typeof tokenPresetNames)[number];

/** Permissions of a project that a token may have. Members and tokens are the affair of people. */
export const tokenPermissions: readonly ProjectPermission[] = projectPermissions.filter((one) => one !== 'MEMBERS');

/** The permissions of each preset. */
export const tokenPresets: Readonly<Record<TokenPreset, readonly ProjectPermission[]>> = {
  /** A PLC or an inspection station: asks models, and nothing else. */
  PREDICT: ['PREDICT'],
  /** A camera: adds images by upload, and nothing else. */
  INGEST: ['INGEST'],
  /** A dashboard. */
  READ: ['READ'],
  /** A pipeline that trains and compares. */
  TRAIN: ['READ', 'CURATE', 'TRAIN', 'PREDICT', 'EXPORT'],
  EVERYTHING: tokenPermissions,
};
