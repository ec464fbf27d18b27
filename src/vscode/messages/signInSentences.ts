import type { IdpProblem } from '../../auth/externalIdp';
import type { PageTexts } from '../../auth/loopback';
import type { ApiKeyProblem, PastedTokenProblem } from '../../auth/pastedCredentials';
import type { PortalProblem } from '../../auth/portal';
import type { StartUrlProblem } from '../../auth/startUrl';
import type { CredentialProblem } from '../../import/credentialFields';
import type { FileFailure } from '../../import/credentialFile';
import type { DetectedSource } from '../../import/detectSources';
import type { ImportFailure } from '../../import/kiroCli/kiroCliDatabase';
import type { IdeFailure } from '../../import/kiroIde/kiroIdeFiles';

// What people read about a login that could not be used, by the closed lists of reasons of those who looked at it.

/** Why a start URL is refused while it is typed. */
export const startUrlSentences: Readonly<Record<StartUrlProblem, string>> = {
  empty: 'Enter your start URL.',
  'not-a-url': 'That is not a web address.',
  'not-https': 'A start URL begins with https://.',
  'user-info': 'A start URL has no user name or password in it.',
  host: 'A start URL is on awsapps.com, such as https://my-company.awsapps.com/start.',
  path: 'A start URL ends in /start.',
};

/** Why an API key is refused while it is typed. */
export const apiKeySentences: Readonly<Record<ApiKeyProblem, string>> = {
  empty: 'Paste your Kiro API key.',
  truncated: 'That key is not complete.',
  prefix: 'A Kiro API key begins with ksk_.',
  characters: 'That key has characters in it that no Kiro API key has.',
};

/** Why a refresh token is refused while it is typed. */
export const pastedTokenSentences: Readonly<Record<PastedTokenProblem, string>> = {
  empty: 'Paste a refresh token.',
  'api-key': 'That is an API key: use Kiro: Add API Key….',
  'access-token':
    'That is an access token, which ends within the hour. Paste the refresh token (it begins with aor).',
  truncated: 'That token is not complete: programs shorten it for display.',
  characters: 'That token has characters in it that no refresh token has.',
};

/** What the browser shows when it comes back from a sign-in. */
export const browserPages: PageTexts = {
  'signed-in': 'You are signed in. You can close this page and go back to VS Code.',
  failed: 'The sign-in did not succeed. Go back to VS Code, which says why.',
  unexpected: 'No sign-in is waiting here. Start it again in VS Code.',
};

type SignInProblem = PortalProblem | IdpProblem | 'unknown-start-url';

const signInProblems: Readonly<Record<SignInProblem, string>> = {
  'no-free-port':
    'Every port that Kiro’s sign-in page may return to is in use on this machine. Close the program that uses port 3128, or sign in another way.',
  'other-method': 'On Kiro’s page you chose another way to sign in. Choose that one here instead.',
  'incomplete-callback': 'Kiro’s page came back without what a sign-in needs. Start it again.',
  issuer: 'Your organization’s identity provider has an address that is not safe.',
  'issuer-mismatch': 'Your organization’s identity provider gives another name than Kiro has for it.',
  'token-host': 'Your organization’s identity provider wants its tokens at another host, which is not safe.',
  'authorization-host': 'Your organization’s identity provider signs in at another host, which is not safe.',
  'unknown-start-url': 'No AWS region knows that start URL. Check it with whoever gave it to you.',
};

/** Why a sign-in did not come about, by the reason of KiroError `bad-request` or `protocol`; undefined for other reasons. */
export function signInSentence(reason: string | undefined): string | undefined {
  return signInProblems[reason as SignInProblem];
}

type WholeFailure = ImportFailure | IdeFailure | FileFailure | 'needs-client';

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
    'This VS Code cannot read SQLite databases on this kind of machine, so Kiro CLI’s login cannot be imported here.',
  'no-file': 'That login file does not exist. If you use the Kiro IDE on this machine, sign in there first.',
  symlink: 'The Kiro IDE’s login file is a symbolic link, which is not followed for safety.',
  'not-json': 'That file is not JSON, or was not written to its end.',
  'needs-client':
    'Kiro did not take that refresh token as a Google or GitHub sign-in. It has ended, or belongs to AWS Builder ID or IAM Identity Center: sign in with those instead.',
};

/** Why an import failed as a whole, by the reason of KiroError `import-failed`. */
export function importSentence(reason: string | undefined): string {
  return importFailures[reason as WholeFailure] ?? 'The login could not be imported.';
}

const credentialProblems: Readonly<Record<CredentialProblem['reason'], string>> = {
  'not-json': 'is damaged',
  'missing-field': 'is incomplete',
  'no-refresh-token': 'has no refresh token and would end within the hour',
  'no-registration': 'has no matching client registration, so it could not be kept alive',
  'bad-region': 'names a region that does not exist',
  truncated: 'was shortened for display, so it cannot be used',
  expired: 'has expired and cannot be renewed',
  'registration-expired': 'belongs to a client registration that has expired',
  'other-product': 'is not a Kiro login',
  'unknown-method': 'was made in a way that is not known here',
  'token-host': 'sends its tokens to another host than its issuer’s, which is not safe',
  'bad-api-key': 'has an API key that is none of Kiro’s',
};

/** Why a login that was found could not be used. */
export function problemSentence({ where, reason, field }: CredentialProblem): string {
  return `The login “${where}” ${credentialProblems[reason]}${field ? ` (${field} is missing)` : ''}.`;
}

/** A source on this machine, as the picker offers it. */
export function itemForSource(source: DetectedSource): { label: string; description: string } {
  switch (source.kind) {
    case 'kiro-cli':
      return { label: '$(terminal) Import from Kiro CLI', description: source.path };
    case 'kiro-ide':
      return { label: '$(window) Import from the Kiro IDE', description: source.path };
    case 'environment':
      return {
        label: `$(symbol-variable) Use ${source.variable}`,
        description: 'from the environment',
      };
  }
}
