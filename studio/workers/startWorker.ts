/**
 * Starts one of the page's own workers. Addresses of scripts must be trusted under the page's policy
 * (`require-trusted-types-for 'script'`), and only the files of the build are.
 */
export function startWorker(address: string): Worker {
  return new Worker(trusted(address), { type: 'module' });
}

interface ScriptPolicy {
  createScriptURL: (address: string) => unknown;
}

/** Not every browser has trusted types, and none of the types is in TypeScript's library yet. */
type TrustedTypes = { createPolicy: (name: string, policy: ScriptPolicy) => ScriptPolicy } | undefined;

let policy: ScriptPolicy | undefined;

function trusted(address: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  policy ??= types?.createPolicy('residua-workers', { createScriptURL: own }) ?? { createScriptURL: own };
  return policy.createScriptURL(address) as string;
}

function own(address: string): string {
  const { origin, pathname } = new URL(address, location.origin);
  if (origin !== location.origin || !pathname.startsWith('/studio/assets/')) {
    throw new TypeError(`${address} is no worker of this page`);
  }
  return pathname;
}
