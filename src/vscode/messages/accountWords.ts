import type { Account, Health, Origin } from '../../accounts/account';
import type { NewLogin } from '../../accounts/linked/newLogins';
import { isRenewable, methodName } from '../../auth/credentials';
import { languageTag, t } from '../../base/words/l10n';
import { type Credits, totalOf } from '../../kiro/account/usage/credits';
import { creditsText } from '../../usage/figures';

// An account's facts as a person would say them.

/** An account's health as a person would say it. */
export function healthName(health: Health): string {
  switch (health) {
    case 'active':
      return t('Signed in');
    case 'signed-out':
      return t('Signed out; sign in again');
    case 'registration-expired':
      return t('Registration expired; sign in again');
    case 'suspended':
      return t('Suspended by Kiro');
    case 'out-of-credits':
      return t('Out of credits');
  }
}

/** An account's health and, where it is known, when it ends by itself: `Out of credits until December 1`. */
export function healthOf({ health, condition }: Pick<Account, 'health' | 'condition'>): string {
  if (health === 'active' || condition?.until === undefined) return healthName(health);
  const day = new Date(condition.until).toLocaleDateString(languageTag(), { month: 'long', day: 'numeric' });
  return t('{0} until {1}', healthName(health), day);
}

/** Whether an account is ours alone, and what became of the place it is shared with. */
export function originName({ origin, sourceProblem }: Account): string {
  if (origin.kind === 'own') return t('independent login');
  const program = programName(origin);
  switch (sourceProblem) {
    case undefined:
      return t('shared with {0}', program);
    case 'read-only':
      return t('shared with {0}, read-only', program);
    case 'gone':
      return t('kept here, no longer in {0}', program);
    case 'other-login':
      return t('kept here, {0} has another login', program);
    case 'unreadable':
      return t('kept here, {0} cannot be read', program);
  }
}

const programName = ({ kind }: Origin) => (kind === 'kiro-cli' ? 'Kiro CLI' : t('the Kiro IDE'));

/** What becomes of the other program where its files cannot be written to. */
export function readOnlyName(origin: Origin): string {
  const program = programName(origin);
  return t(
    'VS Code cannot write to the files of {0}. Once it has renewed this login, {0} has to sign in again.',
    program,
  );
}

/** What is used of a plan, such as `312.5 of 1,000 credits used`; undefined where that is not known. */
export function creditsName(credits: Credits): string | undefined {
  const total = totalOf(credits);
  if (!total) return undefined;
  return t('{0} of {1} credits used', creditsText(total.used), creditsText(total.limit));
}

/** What a person who signs out wants to know about the other program, as a sentence. */
export function afterSignOut(account: Account): string {
  if (account.origin.kind === 'own' || account.sourceProblem) return '';
  return t('It is shared with {0} and stays signed in there.', programName(account.origin));
}

/** How the account signs in. */
export function methodOf(of: Account | NewLogin): string {
  const grant = 'login' in of ? of.login.grant : of.grant;
  if (grant.kind === 'externalIdp') return t('your organization’s identity provider');
  if (grant.kind === 'apiKey') return t('Kiro API key');
  return grant.kind === 'social' && grant.provider === 'unknown' ? t('Google or GitHub') : methodName(grant);
}

/** How long the login lasts. */
export function validity(account: Account): string {
  if (account.grant.kind === 'apiKey') return t('valid until the key is revoked');
  if (isRenewable(account)) return t('renewed automatically');
  return t(
    'valid until {0}',
    new Date(account.tokens.expiresAt).toLocaleTimeString(languageTag(), {
      hour: '2-digit',
      minute: '2-digit',
    }),
  );
}
