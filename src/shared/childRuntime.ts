import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Whether this is a checkout that runs from source, and not a build. */
export const runsFromSource = import.meta.url.endsWith('.ts');

/**
 * Flags of a process that runs code of ours as this one does. Resolved here and not in the child, whose working folder may be
 * anywhere.
 */
export function childFlags(): string[] {
  if (!runsFromSource) return [];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--conditions=residua-source', '--import', pathToFileURL(tsx).href];
}

/** Variables of such a process: the compiler's settings are looked for in the working folder unless they are named. */
export function childSettings(): NodeJS.ProcessEnv {
  return runsFromSource ? { TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) } : {};
}

/** The file of a module of ours as this process runs it. @param module its URL, without an extension. */
export function moduleFile(module: URL): string {
  return fileURLToPath(`${module.href}.${runsFromSource ? 'ts' : 'js'}`);
}
