import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { moduleFile } from '../shared/childRuntime.js';

const ours = (name: string) => pathToFileURL(moduleFile(new URL(`../${name}/index`, import.meta.url))).href;

let offered = false;

/** Makes `residua/plugin-api` and `residua/toolkit` lead to this process's own, from any file. */
export function offerHostModules(): void {
  if (offered) return;
  offered = true;
  register('./hostModulesHook.js', import.meta.url, {
    data: { 'residua/plugin-api': ours('plugin-api'), 'residua/toolkit': ours('toolkit') },
  });
}
