/** Makes `dist/`: the compiled rooms, beside them every other file they read (styles, SQL), and the pages of Studio. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { buildStudio } from './buildStudio.js';

const rooms = ['src', 'plugins', 'migrations'];

rmSync('dist', { recursive: true, force: true });
const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
const { status } = spawnSync(process.execPath, compiler, { stdio: 'inherit' });
if (status !== 0) process.exit(1);
for (const room of rooms) {
  cpSync(room, `dist/${room}`, {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || !/\.[cm]?tsx?$/.test(path),
  });
}
await buildStudio('dist/studio');
