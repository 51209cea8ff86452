import { FaultError } from '../../shared/errors.js';

/** What is wrong with what somebody came with, each with its code. They say nothing to whoever does not know the secret. */
export const accessFaults = {
  tokenInvalid: () =>
    new FaultError('TOKEN_INVALID', 'This is no token of this server: it is mistyped, or was deleted.'),
  tokenExpired: (at: Date) =>
    new FaultError('TOKEN_EXPIRED', `The token expired at ${at.toISOString()}; make another one.`),
  tokenRevoked: () =>
    new FaultError('TOKEN_REVOKED', 'The token was revoked; ask whoever manages the project for another.'),
  tokenRotated: () =>
    new FaultError(
      'TOKEN_ROTATED',
      'The token was replaced by another one, and its last days are over; use the new one.',
    ),
  disabled: () => new FaultError('UNAUTHENTICATED', 'Whoever this speaks for has no access any more.'),
  sessionEnded: () => new FaultError('SESSION_ENDED', 'The session has ended; sign in again.'),
  ambiguous: () =>
    new FaultError(
      'CREDENTIALS_AMBIGUOUS',
      'There is a token and a session cookie, and they may mean two people; send one of them.',
    ),
  signInFailed: () => new FaultError('SIGN_IN_FAILED', 'E-mail address and password do not fit together.'),
  invitationInvalid: () =>
    new FaultError(
      'INVITATION_INVALID',
      'This link is none of this server: it is incomplete, or a newer one was sent.',
    ),
  invitationUsed: () =>
    new FaultError('INVITATION_USED', 'This link was used already, and works once; sign in, or ask for another one.'),
  invitationExpired: () => new FaultError('INVITATION_EXPIRED', 'This link has expired; ask for another one.'),
  loginPending: () => new FaultError('LOGIN_PENDING', 'Nobody has let this program in yet; ask again in 5 s.'),
  loginRefused: () => new FaultError('LOGIN_REFUSED', 'Somebody has refused to let this program in.'),
  loginExpired: () =>
    new FaultError('LOGIN_EXPIRED', 'The code of this program is none, was used, or has expired; begin again.'),
} as const;
