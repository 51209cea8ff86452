import { readFileSync } from 'node:fs';

/**
 * Checks that package-lock.json names every optional package that its packages ask for. npm writes an incomplete lock file
 * when a release lacks the binary of one platform, and `npm ci` then leaves that platform without it, silently.
 */
interface LockedPackage {
  version?: string;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> };
const locked = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)));

const missing = Object.entries(lock.packages).flatMap(([path, { version, optionalDependencies }]) =>
  Object.entries(optionalDependencies ?? {})
    .filter(([name]) => !locked.has(name))
    .map(([name, range]) => `${path.split('node_modules/').at(-1)}@${version} wants ${name}@${range}`),
);

for (const line of missing) console.error(line);
if (missing.length > 0) {
  console.error(
    `package-lock.json lacks ${missing.length} platform packages: pin the package that wants them to a whole release.`,
  );
  process.exitCode = 1;
} else {
  console.log(`package-lock.json is complete: ${locked.size} packages.`);
}
