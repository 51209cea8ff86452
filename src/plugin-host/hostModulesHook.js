/**
 * Runs on the thread that resolves imports: `residua/plugin-api` and `residua/toolkit` are those of the process that loads a plugin,
 * wherever the plugin lies and whatever lies in its node_modules. A second copy would have tensors and schemas of its own.
 * Plain JavaScript, since that thread may know no TypeScript.
 */
let modules = {};

export function initialize(data) {
  modules = data;
}

export function resolve(specifier, context, next) {
  return next(Object.hasOwn(modules, specifier) ? modules[specifier] : specifier, context);
}
