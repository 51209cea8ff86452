/** What somebody may do in a project. */
export const projectPermissions = [
  'READ',
  'LABEL',
  'REVIEW',
  'CURATE',
  'INGEST',
  'EXPORT',
  'TRAIN',
  'PREDICT',
  'FEEDBACK',
  'RELEASE',
  'DELETE',
  'CONNECT',
  'MEMBERS',
  'AUDIT',
] as const;
export type ProjectPermission = (typeof projectPermissions)[number];

/** What somebody may do in the whole installation. ADMIN has every other permission too, in every project. */
export const installationPermissions = ['CREATE_PROJECT', 'ADMIN'] as const;
export type InstallationPermission = (typeof installationPermissions)[number];

export const permissions = [...projectPermissions, ...installationPermissions] as const;
export type Permission = (typeof permissions)[number];

/** What each permission lets one do, for the schema and the docs. */
export const permissionMeanings: Readonly<Record<Permission, string>> = {
  READ: 'See everything in the project.',
  LABEL: 'Save and delete annotations.',
  REVIEW: "Judge other people's annotations.",
  CURATE: 'Add and remove images, splits and snapshots; import by upload.',
  INGEST: 'Add images by upload; CURATE lets one do that, too.',
  EXPORT: 'Export data sets and models.',
  TRAIN: 'Start, cancel and retry trainings and evaluations.',
  PREDICT: 'Ask models for predictions.',
  FEEDBACK: 'Say whether a prediction was right.',
  RELEASE: 'Move aliases, set thresholds and tags.',
  DELETE: 'Delete data sets, models and versions.',
  CONNECT: 'Set up sources, sinks and webhooks.',
  MEMBERS: 'Invite members, change their roles and the settings of the project.',
  AUDIT: 'Read who did what.',
  CREATE_PROJECT: 'Make projects of their own.',
  ADMIN:
    'Everything everywhere, and what concerns the installation: people, quotas, imports from folders of the server.',
};

/** Roles of members of a project, each with more than the one before. */
export const roles = ['VIEWER', 'LABELLER', 'REVIEWER', 'ENGINEER', 'OWNER'] as const;
export type Role = (typeof roles)[number];

/** What each role may do. An ENGINEER may RELEASE, too, where the project says so. */
export const rolePermissions: Readonly<Record<Role, readonly ProjectPermission[]>> = {
  VIEWER: ['READ'],
  LABELLER: ['READ', 'LABEL', 'FEEDBACK'],
  REVIEWER: ['READ', 'LABEL', 'REVIEW', 'PREDICT', 'FEEDBACK'],
  ENGINEER: ['READ', 'LABEL', 'REVIEW', 'CURATE', 'INGEST', 'EXPORT', 'TRAIN', 'PREDICT', 'FEEDBACK', 'CONNECT'],
  OWNER: projectPermissions,
};
