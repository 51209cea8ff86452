import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Whether this machine has a browser to test pages with; says what is not tested where it has none. */
export function hasChromium(what: string): boolean {
  const installed = existsSync(executablePath);
  if (!installed) {
    console.warn(`${what} is not tested: there is no Chromium at ${executablePath} (CHROMIUM_PATH names another)`);
  }
  return installed;
}

/** A browser of the machine. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}
