import type { IdpProblem } from '../../auth/externalIdp';
import type { PortalProblem } from '../../auth/portal';
import { t } from '../../base/words/l10n';
import type { ImportFailure } from '../../import/importFailure';

// What people read about a login that could not be used, by the closed lists of reasons of those who looked at it.

export const noBrowser = t(
  'Your browser did not open. Copy the link and open it yourself: the sign-in goes on waiting.',
);
export const copyLink = t('Copy Link');

type SignInProblem = PortalProblem | IdpProblem;

const signInProblems = (): Readonly<Record<SignInProblem, string>> => ({
  'no-free-port': t(
    'Every port that Kiro’s sign-in page can return to is in use on this machine. Close the program that uses port 3128, or sign in another way.',
  ),
  'other-method': t('You chose a different sign-in method on Kiro’s page. Choose that method here instead.'),
  'incomplete-callback': t('Kiro’s page returned without everything that a sign-in needs. Try again.'),
  issuer: t('Your organization’s identity provider has an unsafe address.'),
  'issuer-mismatch': t('Your organization’s identity provider has a different name than the one Kiro knows.'),
  'token-host': t(
    'Your organization’s identity provider wants tokens sent to a different host, which is not safe.',
  ),
  'authorization-host': t(
    'Your organization’s identity provider wants you to sign in at a different host, which is not safe.',
  ),
});

/** Why a sign-in did not come about, by the reason of KiroError `bad-request` or `protocol`; undefined for other reasons. */
export function signInSentence(reason: string | undefined): string | undefined {
  return signInProblems()[reason as SignInProblem];
}

type WholeFailure = ImportFailure | 'needs-client';

const importFailures = (): Readonly<Record<WholeFailure, string>> => ({
  'no-database': t(
    'No Kiro CLI database was found on this machine. If Kiro CLI is installed, sign in with `kiro-cli login`; if its data is elsewhere, choose the file.',
  ),
  locked: t('Kiro CLI is writing to its database right now. Try again in a moment.'),
  unreadable: t(
    'The file cannot be read: its permissions do not allow it, or it is too large to be a login.',
  ),
  'not-a-database': t('That file is not a Kiro CLI database.'),
  'no-auth-table': t(
    'That database has no logins table. It may belong to another program, or to a version of Kiro CLI that keeps logins elsewhere.',
  ),
  'no-logins': t('No login was found there. If it is Kiro CLI’s, run `kiro-cli login`, then import again.'),
  'no-sqlite': t(
    'This VS Code cannot read SQLite databases on this platform, so Kiro CLI’s login cannot be imported here.',
  ),
  'no-file': t(
    'That login file does not exist. If you use the Kiro IDE on this machine, sign in there first.',
  ),
  symlink: t('The Kiro IDE’s login file is a symbolic link, which is not followed for safety.'),
  encrypted: t('That file is encrypted: its passphrase is needed.'),
  'wrong-passphrase': t('That is not the passphrase of the file, or the file is damaged.'),
  'not-json': t('That file is not valid JSON, or is incomplete.'),
  'needs-client': t(
    'Kiro did not accept that refresh token as a Google or GitHub sign-in. It has expired, or belongs to AWS Builder ID or IAM Identity Center: sign in with those instead.',
  ),
});

/** Why an import failed as a whole, by the reason of KiroError `import-failed`. */
export function importSentence(reason: string | undefined): string {
  return importFailures()[reason as WholeFailure] ?? t('The login could not be imported.');
}
