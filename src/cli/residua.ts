#!/usr/bin/env node
import './productionMode.js';
import { InterruptedError } from './processes/interruption.js';
import { endWithNpm } from './processes/launcher.js';
import { residuaProgram } from './program.js';
import { exitCodes, printError } from './terminal/printError.js';

// A reader that has seen enough (`residua watch --json | head -1`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

endWithNpm();

try {
  await residuaProgram().parseAsync();
} catch (error) {
  if (error instanceof InterruptedError) process.exitCode = exitCodes.interrupted;
  else process.exitCode = printError(error, process.argv.includes('--json'));
}

// A channel to the command that started this one would keep the process alive.
if (process.connected) process.disconnect();
