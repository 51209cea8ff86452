type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of the system, of Node and of the libraries that compute: none of them opens anything. */
const harmless =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|HOSTNAME|TERM|NO_COLOR|NODE_\w+|TSX_TSCONFIG_PATH|UV_THREADPOOL_SIZE|(LD|DYLD|CUDA|NVIDIA|OMP|ORT|TF|XDG)_\w+|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|PROGRAMDATA|NUMBER_OF_PROCESSORS)$/i;

/** What a worker itself reads while it runs: how to reach the database and a bucket, but not what opens them. */
const ofTheHost = /^(RESIDUA_|AWS_|PG)\w+$/;
/** Names of secrets; a file or an address that leads to one is none. */
const isSecret = (name: string) =>
  /TOKEN|SECRET|PASSWORD|CREDENTIAL|ACCESS_KEY|PRIVATE|_KEY$/.test(name) && !/_(FILE|URI)$/.test(name);

/** Variables that are meant for plugins. */
const forPlugins = /^RESIDUA_PLUGIN_\w+$/;

/**
 * The variables that code of plugins may see, in a process of its own: what the system, Node and the libraries that compute need, and
 * `RESIDUA_PLUGIN_…`.
 */
export function pluginEnvironment(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => isForAll(name)));
}

/**
 * Takes everything out of this process's environment that plugins must not see, once the configuration was read: an unknown variable
 * may be a secret, so what stays is listed.
 */
export function hideSecrets(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (!isForAll(name) && !(ofTheHost.test(name) && !isSecret(name))) delete environment[name];
  }
}

function isForAll(name: string): boolean {
  return forPlugins.test(name) || (harmless.test(name) && !isSecret(name));
}
