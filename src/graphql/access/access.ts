import type { Permission } from '../../access/index.js';

/** Who may ask for a root field: whoever has one of the permissions, or everybody who is known at all. */
export interface RootAccess {
  permissions: readonly Permission[] | 'ANYBODY';
}

/** Declares, as `@Extensions(may('LABEL'))`, the permission for a root field; of several one is enough. */
export function may(...permissions: readonly [Permission, ...Permission[]]): { access: RootAccess } {
  return { access: { permissions } };
}

/** Declares a root field that says the same to everybody, or whose service knows who may what. */
export const anybody: { access: RootAccess } = { access: { permissions: 'ANYBODY' } };
