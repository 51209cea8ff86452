import type { MigrationInterface } from 'typeorm';
import { InitialSchema1764000000000 } from './1764000000000-initialSchema.js';

/** Every migration, oldest first. */
export const migrations: readonly (new () => MigrationInterface)[] = [InitialSchema1764000000000];
