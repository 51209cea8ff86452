import type { EntityManager } from 'typeorm';
import { ProjectsService } from '../../src/services/projects.service.js';

/** The id of a project that is there, for rows that must belong to one: the default one, made when it is missing. */
export async function anyProject({ connection }: EntityManager): Promise<string> {
  return (await new ProjectsService(connection).default()).id;
}
