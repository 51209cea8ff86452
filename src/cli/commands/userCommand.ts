import { Command } from 'commander';
import type { LocalAccountsService } from '../../services/local-accounts.service.js';
import { listTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { onPeople } from './onPeople.js';
import { localServer } from './options.js';

/** `residua user`, with what can be done as subcommands. It works on the database itself: whoever may read that is an administrator. */
export function userCommand(): Command {
  return new Command('user')
    .description('people of this installation: invite, list, disable; on the machine of the server')
    .addCommand(inviteCommand())
    .addCommand(listPeopleCommand())
    .addCommand(disableCommand('disable', 'end what somebody may do: sessions end, tokens do nothing any more', true))
    .addCommand(disableCommand('enable', 'give it back', false))
    .addHelpText(
      'after',
      '\nDATABASE_URL or RESIDUA_HOME says which installation, RESIDUA_PUBLIC_URL what links begin with.\n\nExamples:\n  residua user invite ada@example.com --name "Ada Lovelace"\n  residua user invite grace@example.com --admin\n  residua user list\n  residua user disable ada@example.com',
    );
}

interface InviteOptions {
  name?: string;
  admin?: boolean;
  json?: boolean;
}

function inviteCommand(): Command {
  return new Command('invite')
    .description('make a link by which somebody chooses a password; it works once, within 24 hours')
    .argument('<email>', 'address the person signs in with')
    .option('--name <name>', 'as others see it; the person may change it')
    .option('--admin', 'may do everything, everywhere')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nWho has a password already chooses another by it: that is how a forgotten one is replaced.\n\nExample:\n  residua user invite ada@example.com',
    )
    .action((email: string, options: InviteOptions) =>
      onAccounts(options, 'inviteUser', { email, ...options }, async (accounts, terminal) => {
        const { person, code, expiresAt } = await accounts.invite({
          email,
          name: options.name,
          isAdmin: options.admin,
        });
        const link = invitationLink(code);
        if (terminal.json) terminal.emit({ email: person.email, link, expiresAt });
        else terminal.say(`Give ${person.email} this link. It works once, until ${minuteOf(expiresAt)} UTC:\n${link}`);
      }),
    );
}

function listPeopleCommand(): Command {
  return new Command('list')
    .description('list everybody, with their projects')
    .option('--json', 'print a line of JSON for each on standard output')
    .addHelpText('after', '\nExample:\n  residua user list')
    .action((options: { json?: boolean }) =>
      onAccounts(options, undefined, {}, async (accounts, terminal) => {
        const people = await accounts.list();
        if (terminal.json) return people.forEach((person) => terminal.emit(person));
        if (people.length === 0) return terminal.say('there is nobody yet');
        const rows = people.map(({ email, name, isAdmin, signsInBy, projects, disabledAt }) => [
          ...[email ?? '', name, isAdmin ? 'administrator' : '', signsInBy, projects.join(', ')],
          disabledAt ? `disabled ${minuteOf(disabledAt)}` : '',
        ]);
        terminal.say(listTable([['ADDRESS', 'NAME', '', 'SIGNS IN BY', 'PROJECTS', ''], ...rows]));
      }),
    );
}

function disableCommand(name: 'disable' | 'enable', description: string, isDisabled: boolean): Command {
  return new Command(name)
    .description(description)
    .argument('<email>', 'address of the person')
    .option('--json', 'print JSON on standard output')
    .addHelpText('after', `\nExample:\n  residua user ${name} ada@example.com`)
    .action((email: string, options: { json?: boolean }) =>
      onAccounts(options, `${name}User`, { email }, async (accounts, terminal) => {
        const person = await accounts.setDisabled(email, isDisabled);
        if (terminal.json) terminal.emit({ email: person.email, disabledAt: person.disabledAt });
        else terminal.say(`${person.email} is ${name}d`);
      }),
    );
}

/** Works on the accounts of the database. @param action undefined for what changes nothing. */
async function onAccounts(
  options: { json?: boolean },
  action: string | undefined,
  input: object,
  work: (accounts: LocalAccountsService, terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { LocalAccountsService: Accounts } = await import('../../services/local-accounts.service.js');
  await onPeople(options, action, input, (dataSource, terminal) => work(new Accounts(dataSource), terminal));
}

/** Address of the page behind an invitation. */
export function invitationLink(code: string, environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['RESIDUA_PUBLIC_URL']?.replace(/\/+$/, '') || localServer(environment);
  return `${base}/invitations/${code}`;
}

function minuteOf(time: Date | string): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}
