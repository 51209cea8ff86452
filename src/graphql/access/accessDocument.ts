import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import {
  permissionMeanings,
  permissions,
  projectPermissions,
  rolePermissions,
  roles,
  tokenPresetNames,
  tokenPresets,
  type Permission,
} from '../../access/index.js';
import type { RootAccess } from './access.js';
import { plainRoutes } from './plainRoutes.js';

/** The text of docs/access.md: who may do what, as it is declared in the code. */
export function accessDocument(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return [
    '# Who may do what',
    'Written by `npm run schema` from the code. Do not edit.',
    'Whoever uses a server of the same machine that has neither a token nor accounts is LOCAL and may do everything. So may whoever sends ' +
      'the token of the configuration, and administrators. Everybody else does what a role in a project, or a token, lets them do:',
    '- What one may not see does not exist: NOT_FOUND or null, as for an id that never was.\n' +
      '- What one sees and may not do is FORBIDDEN, and the refusal names the permission.\n' +
      '- Where several permissions are named, one is enough.',
    '## Permissions',
    table(
      ['permission', 'lets one'],
      permissions.map((one) => [one, permissionMeanings[one]]),
    ),
    '## Roles',
    'A person has one role in a project. `○`: where the project lets its engineers release (`engineersMayRelease`).',
    table(
      ['permission', ...roles],
      projectPermissions.map((one) => [
        one,
        ...roles.map((role) => (rolePermissions[role].includes(one) ? '●' : mayBeLet(role, one) ? '○' : '')),
      ]),
    ),
    'CREATE_PROJECT is given to people one by one; ADMIN has everything everywhere. A token never has MEMBERS or ADMIN, whatever it says.',
    '## Tokens',
    'What each preset of `createToken` lets a token do, beside the operations and routes that only need it to be known. It is the same over HTTP and WebSocket.',
    table(
      ['preset', 'permissions', 'operations and routes'],
      tokenPresetNames.map((name) => [name, tokenPresets[name].join(', '), openTo(tokenPresets[name], roots)]),
    ),
    '## Operations',
    table(
      ['operation', 'needs'],
      roots.flatMap((root) => (root ? operationsOf(root) : [])),
    ),
    '`removeMember` needs MEMBERS to take out somebody else, and `importDataset` with a `path` needs ADMIN.',
    '## Routes',
    table(
      ['route', 'needs'],
      Object.entries(plainRoutes).map(([route, needed]) => [`\`${route}\``, inWords(needed)]),
    ),
    'An upload is sent by whoever announced it. A signed address opens what it names to everybody who has it, until its end.',
  ].join('\n\n');
}

/** Names of what a token with these permissions may ask for; of many only how many. */
function openTo(own: readonly Permission[], roots: readonly (GraphQLObjectType | null | undefined)[]): string {
  const isOpen = (needed: RootAccess['permissions']) => needed !== 'ANYBODY' && needed.some((one) => own.includes(one));
  const fields = roots.flatMap((root) => Object.values(root?.getFields() ?? {}));
  const open = [
    ...fields
      .filter(({ extensions }) => isOpen((extensions['access'] as RootAccess).permissions))
      .map(({ name }) => name),
    ...Object.keys(plainRoutes).filter((route) => isOpen(plainRoutes[route]!)),
  ];
  return open.length > mostNamed ? `${open.length} of them` : open.map((one) => `\`${one}\``).join(', ');
}

/** Beyond these a list tells less than the tables below. */
const mostNamed = 15;

function mayBeLet(role: string, permission: string): boolean {
  return role === 'ENGINEER' && permission === 'RELEASE';
}

function operationsOf(root: GraphQLObjectType): string[][] {
  const kind = root.name.toLowerCase();
  return Object.values(root.getFields())
    .map(({ name, extensions }) => [`${kind} \`${name}\``, inWords((extensions['access'] as RootAccess).permissions)])
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
}

function inWords(needed: RootAccess['permissions']): string {
  return needed === 'ANYBODY' ? 'to be known' : needed.join(' or ');
}

/** As prettier writes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
