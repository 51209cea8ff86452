import { Argument, Command } from 'commander';
import { everything, roles, type Role } from '../../access/index.js';
import type { ProjectEntity } from '../../database/entities/index.js';
import type { MembersService } from '../../services/members.service.js';
import { listTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { onPeople } from './onPeople.js';

/** `residua member`, with what can be done as subcommands. Like `residua user` it works on the database itself. */
export function memberCommand(): Command {
  return new Command('member')
    .description('members of projects: list, set, remove; on the machine of the server')
    .addCommand(listMembersCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand())
    .addHelpText(
      'after',
      '\nDATABASE_URL or RESIDUA_HOME says which installation. Everywhere else owners of a project manage its members, signed in.\n\nExamples:\n  residua member list --project "line 3"\n  residua member set ada@example.com engineer --project "line 3"\n  residua member remove ada@example.com --project "line 3"',
    );
}

interface MemberOptions {
  project: string;
  json?: boolean;
}

function listMembersCommand(): Command {
  return ofProject(new Command('list'))
    .description('list the members of a project')
    .addHelpText('after', '\nExample:\n  residua member list --project "line 3"')
    .action((options: MemberOptions) =>
      onMembers(options, undefined, {}, async ({ members, project }, terminal) => {
        const found = (await members.allOf(everything, project.id)).map(({ role, principal }) => ({
          email: principal!.email,
          name: principal!.name,
          role,
        }));
        if (terminal.json) return found.forEach((member) => terminal.emit(member));
        if (found.length === 0) return terminal.say('there is nobody yet');
        const rows = found.map(({ email, name, role }) => [email ?? '', name, role]);
        terminal.say(listTable([['ADDRESS', 'NAME', 'ROLE'], ...rows]));
      }),
    );
}

function setCommand(): Command {
  return ofProject(new Command('set'))
    .description('give somebody a role in a project, whether a member before or not')
    .argument('<email>', 'address of the person')
    .addArgument(
      new Argument('<role>', 'what the person may do there').choices(roles.map((role) => role.toLowerCase())),
    )
    .addHelpText('after', '\nExample:\n  residua member set ada@example.com engineer --project "line 3"')
    .action((email: string, given: string, options: MemberOptions) => {
      const role = given.toUpperCase() as Role;
      return onMembers(options, 'setMember', { email, role }, async ({ members, project }, terminal) => {
        const choice = { projectId: project.id, email, role };
        const { principal } = await members.put(everything, choice);
        if (terminal.json) terminal.emit({ email: principal!.email, role });
        else terminal.say(`${principal!.email} is ${role} in ${JSON.stringify(project.name)}`);
      });
    });
}

function removeCommand(): Command {
  return ofProject(new Command('remove'))
    .description('take somebody out of a project')
    .argument('<email>', 'address of the person')
    .addHelpText('after', '\nExample:\n  residua member remove ada@example.com --project "line 3"')
    .action((email: string, options: MemberOptions) =>
      onMembers(options, 'removeMember', { email }, async ({ members, project }, terminal) => {
        const { principalId } = await members.byEmail(everything, { projectId: project.id, email });
        await members.remove(everything, { projectId: project.id, principalId });
        if (terminal.json) terminal.emit({ email, removed: true });
        else terminal.say(`${email} is no member of ${JSON.stringify(project.name)} any more`);
      }),
    );
}

function ofProject(command: Command): Command {
  return command
    .requiredOption('--project <name>', 'name of the project')
    .option('--json', 'print JSON on standard output');
}

interface MembersOfProject {
  members: MembersService;
  project: ProjectEntity;
}

/** Works on the members of a project. @param action undefined for what changes nothing. */
async function onMembers(
  options: MemberOptions,
  action: string | undefined,
  input: object,
  work: (parts: MembersOfProject, terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { MembersService: Members } = await import('../../services/members.service.js');
  const { ProjectsService } = await import('../../services/projects.service.js');
  await onPeople(options, action, { project: options.project, ...input }, async (dataSource, terminal) => {
    const project = await new ProjectsService(dataSource).named(everything, options.project);
    await work({ members: new Members(dataSource), project }, terminal);
  });
}
