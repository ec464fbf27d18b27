import type { IdpProblem } from '../../auth/externalIdp';
import type { PageTexts } from '../../auth/loopback';
import type { ApiKeyProblem, PastedTokenProblem } from '../../auth/pastedCredentials';
import type { PortalProblem } from '../../auth/portal';
import type { StartUrlProblem } from '../../auth/startUrl';
import type { CredentialProblem } from '../../import/credentialFields';
import type { ImportFailure } from '../../import/importFailure';

// What people read about a login that could not be used, by the closed lists of reasons of those who looked at it.

/** Why a start URL is refused while it is typed. */
export const startUrlSentences: Readonly<Record<StartUrlProblem, string>> = {
  empty: 'Enter your start URL.',
  'not-a-url': 'That is not a web address.',
  'not-https': 'A start URL begins with https://.',
  'user-info': 'A start URL does not contain a user name or password.',
  host: 'A start URL is on awsapps.com, such as https://my-company.awsapps.com/start.',
  path: 'A start URL ends in /start.',
};

/** Why an API key is refused while it is typed. */
export const apiKeySentences: Readonly<Record<ApiKeyProblem, string>> = {
  empty: 'Paste your Kiro API key.',
  truncated: 'That key is incomplete.',
  prefix: 'A Kiro API key begins with ksk_.',
  characters: 'That key contains characters that a Kiro API key never has.',
};

/** Why a refresh token is refused while it is typed. */
export const pastedTokenSentences: Readonly<Record<PastedTokenProblem, string>> = {
  empty: 'Paste a refresh token.',
  'api-key': 'That is an API key. Use “Kiro Models: Add API Key…” instead.',
  'access-token':
    'That is an access token, which expires within the hour. Paste the refresh token (it begins with aor).',
  truncated: 'That token is incomplete: some programs shorten tokens for display.',
  characters: 'That token contains characters that a refresh token never has.',
};

export const noBrowser =
  'Your browser did not open. Copy the link and open it yourself: the sign-in goes on waiting.';
export const copyLink = 'Copy Link';

/** What the browser shows when it comes back from a sign-in. */
export const browserPages: PageTexts = {
  'signed-in': 'You are signed in. You can close this page and return to VS Code.',
  failed: 'The sign-in failed. Return to VS Code to see why.',
  unexpected: 'No sign-in is in progress. Start again in VS Code.',
};

type SignInProblem = PortalProblem | IdpProblem | 'unknown-start-url';

const signInProblems: Readonly<Record<SignInProblem, string>> = {
  'no-free-port':
    'Every port that Kiro’s sign-in page can return to is in use on this machine. Close the program that uses port 3128, or sign in another way.',
  'other-method': 'You chose a different sign-in method on Kiro’s page. Choose that method here instead.',
  'incomplete-callback': 'Kiro’s page returned without everything that a sign-in needs. Try again.',
  issuer: 'Your organization’s identity provider has an unsafe address.',
  'issuer-mismatch': 'Your organization’s identity provider has a different name than the one Kiro knows.',
  'token-host':
    'Your organization’s identity provider wants tokens sent to a different host, which is not safe.',
  'authorization-host':
    'Your organization’s identity provider wants you to sign in at a different host, which is not safe.',
  'unknown-start-url': 'No AWS region knows that start URL. Check it with whoever gave it to you.',
};

/** Why a sign-in did not come about, by the reason of KiroError `bad-request` or `protocol`; undefined for other reasons. */
export function signInSentence(reason: string | undefined): string | undefined {
  return signInProblems[reason as SignInProblem];
}

type WholeFailure = ImportFailure | 'needs-client';

const importFailures: Readonly<Record<WholeFailure, string>> = {
  'no-database':
    'No Kiro CLI database was found on this machine. If Kiro CLI is installed, sign in with `kiro-cli login`; if its data is elsewhere, choose the file.',
  locked: 'Kiro CLI is writing to its database right now. Try again in a moment.',
  unreadable: 'The file cannot be read: its permissions do not allow it, or it is too large to be a login.',
  'not-a-database': 'That file is not a Kiro CLI database.',
  'no-auth-table':
    'That database has no logins table. It may belong to another program, or to a version of Kiro CLI that keeps logins elsewhere.',
  'no-logins': 'No login was found there. If it is Kiro CLI’s, run `kiro-cli login`, then import again.',
  'no-sqlite':
    'This VS Code cannot read SQLite databases on this platform, so Kiro CLI’s login cannot be imported here.',
  'no-file': 'That login file does not exist. If you use the Kiro IDE on this machine, sign in there first.',
  symlink: 'The Kiro IDE’s login file is a symbolic link, which is not followed for safety.',
  encrypted: 'That file is encrypted: its passphrase is needed.',
  'wrong-passphrase': 'That is not the passphrase of the file, or the file is damaged.',
  'not-json': 'That file is not valid JSON, or is incomplete.',
  'needs-client':
    'Kiro did not accept that refresh token as a Google or GitHub sign-in. It has expired, or belongs to AWS Builder ID or IAM Identity Center: sign in with those instead.',
};

/** Why an import failed as a whole, by the reason of KiroError `import-failed`. */
export function importSentence(reason: string | undefined): string {
  return importFailures[reason as WholeFailure] ?? 'The login could not be imported.';
}

const credentialProblems: Readonly<Record<CredentialProblem['reason'], string>> = {
  'not-json': 'is damaged',
  'missing-field': 'is incomplete',
  'no-refresh-token': 'has no refresh token and would expire within the hour',
  'no-registration': 'has no matching client registration, so it could not be refreshed',
  'bad-region': 'names a region that does not exist',
  truncated: 'was shortened for display, so it cannot be used',
  expired: 'has expired and cannot be renewed',
  'registration-expired': 'belongs to a client registration that has expired',
  'other-product': 'is not a Kiro login',
  'unknown-method': 'uses an unknown sign-in method',
  'token-host': 'sends its tokens to a different host than its issuer’s, which is not safe',
  'bad-api-key': 'has an API key that is not from Kiro',
};

/** Why a login that was found could not be used. */
export function problemSentence({ where, reason, field }: CredentialProblem): string {
  return `The login “${where}” ${credentialProblems[reason]}${field ? ` (${field} is missing)` : ''}.`;
}
