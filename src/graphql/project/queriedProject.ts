import { queriedIdOf } from '../globalId.js';

/** The UUID of a project in an argument that may be left out. @throws FaultError BAD_USER_INPUT, NOT_FOUND. */
export function queriedProject(projectId: string | null | undefined): string | undefined {
  return projectId === null || projectId === undefined ? undefined : queriedIdOf('Project', projectId);
}
