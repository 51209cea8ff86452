export { readToken, tokenPrefix, writeToken, type AccessToken } from './accessToken.js';
export { everything, isInScope, scopeOf, type AccessScope } from './accessScope.js';
export { bearerToken, ServerTokenAuthenticator, type Authenticator, type Credentials } from './authenticator.js';
export { networkOf } from './networkOf.js';
export * from './permissions.js';
export { permissionsEverywhere, permissionsOf } from './permissionsOf.js';
export {
  bootstrapPrincipal,
  isShared,
  localPrincipal,
  principalKinds,
  type Grant,
  type Membership,
  type Principal,
  type PrincipalKind,
  type Via,
} from './principal.js';
export { digestOf, hasDigest, newSecret } from './secrets.js';
export { tokenPermissions, tokenPresetNames, tokenPresets, type TokenPreset } from './tokenPresets.js';
