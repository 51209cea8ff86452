export { everything, isInScope, scopeOf, type AccessScope } from './accessScope.js';
export { ServerTokenAuthenticator, type Authenticator, type Credentials } from './authenticator.js';
export * from './permissions.js';
export { permissionsEverywhere, permissionsOf } from './permissionsOf.js';
export {
  localPrincipal,
  type Grant,
  type Membership,
  type Principal,
  type PrincipalKind,
  type Via,
} from './principal.js';
