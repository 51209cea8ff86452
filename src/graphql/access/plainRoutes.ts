import type { RootAccess } from './access.js';

/** Who may use the routes beside GraphQL, by method and pattern. A signed address stands for the permission to read what it names. */
export const plainRoutes: Readonly<Record<string, RootAccess['permissions']>> = {
  'GET /blobs/:sha256': ['READ'],
  'GET /images/:id/thumbnail': ['READ'],
  'GET /images/:id/preview': ['READ'],
  'GET /annotations/:id/mask': ['READ'],
  'PUT /uploads/:id': ['CURATE', 'INGEST', 'LABEL', 'PREDICT', 'TRAIN'],
  'GET /v1/openapi.json': 'ANYBODY',
  'GET /v1/models': ['READ', 'PREDICT'],
  'POST /v1/models/:name/:version/predict': ['PREDICT'],
  'GET /v1/projects/:project/models': ['READ', 'PREDICT'],
  'POST /v1/projects/:project/models/:name/:version/predict': ['PREDICT'],
  'GET /v1/stations/:station': ['READ', 'PREDICT'],
  'PUT /v1/stations/:station/images': ['PREDICT'],
  'GET /v1/projects/:project/stations/:station': ['READ', 'PREDICT'],
  'PUT /v1/projects/:project/stations/:station/images': ['PREDICT'],
};
