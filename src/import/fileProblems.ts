import { rowProblems } from './kiroCli/rowShapes';

/** Why a login in a file could not be used. */
export const fileProblemReasons = [
  ...rowProblems,
  // The refresh token was shortened for display.
  'truncated',
  // The access token is over, and nothing in the file can renew it.
  'expired',
  // The client registration is over, so that nothing can be renewed with it.
  'registration-expired',
  // Not Kiro's: another product's login in the same form.
  'other-product',
  // A way of signing in that nobody knows.
  'unknown-method',
  // The identity provider's token endpoint is not on the issuer's host.
  'token-host',
  'bad-api-key',
] as const;

export type FileProblemReason = (typeof fileProblemReasons)[number];

/** A login that could not be used; its value is never part of this. */
export interface FileProblem {
  /** The file, or the entry in it: an e-mail address, or `#2`. */
  where: string;
  reason: FileProblemReason;
  /** The field, for `missing-field`. */
  field?: string | undefined;
}

/** What reading one login came to. */
export type FileOutcome<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'problem'; reason: FileProblemReason; field?: string | undefined };

export function problem<T>(reason: FileProblemReason, field?: string): FileOutcome<T> {
  return { kind: 'problem', reason, field };
}
