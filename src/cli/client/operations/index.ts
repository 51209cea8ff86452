/** Every document the command line sends. */
export * from './operation.js';
export * from './server.js';
export * from './datasets.js';
export * from './jobs.js';
export * from './training.js';
export * from './evaluations.js';
export * from './models.js';
export * from './predictions.js';
