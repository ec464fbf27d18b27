import type { Account, Health, Origin } from '../../accounts/account';
import type { NewLogin } from '../../accounts/linked/newLogins';
import { isRenewable, methodName } from '../../auth/credentials';
import { type Credits, totalOf } from '../../kiro/account/usage/credits';
import { creditsText } from '../../usage/figures';

// An account's facts as a person would say them.

/** An account's health as a person would say it. */
export function healthName(health: Health): string {
  switch (health) {
    case 'active':
      return 'Signed in';
    case 'signed-out':
      return 'Signed out; sign in again';
    case 'registration-expired':
      return 'Registration expired; sign in again';
    case 'suspended':
      return 'Suspended by Kiro';
    case 'out-of-credits':
      return 'Out of credits';
  }
}

/** An account's health and, where it is known, when it ends by itself: `Out of credits until December 1`. */
export function healthOf({ health, condition }: Pick<Account, 'health' | 'condition'>): string {
  if (health === 'active' || condition?.until === undefined) return healthName(health);
  const day = new Date(condition.until).toLocaleDateString('en', { month: 'long', day: 'numeric' });
  return `${healthName(health)} until ${day}`;
}

/** Whether an account is ours alone, and what became of the place it is shared with. */
export function originName({ origin, sourceProblem }: Account): string {
  if (origin.kind === 'own') return 'independent login';
  const program = origin.kind === 'kiro-cli' ? 'Kiro CLI' : 'the Kiro IDE';
  switch (sourceProblem) {
    case undefined:
      return `shared with ${program}`;
    case 'read-only':
      return `shared with ${program}, read-only`;
    case 'gone':
      return `kept here, no longer in ${program}`;
    case 'other-login':
      return `kept here, ${program} has another login`;
    case 'unreadable':
      return `kept here, ${program} cannot be read`;
  }
}

/** What becomes of the other program where its files cannot be written to. */
export function readOnlyName({ kind }: Origin): string {
  const program = kind === 'kiro-cli' ? 'Kiro CLI' : 'the Kiro IDE';
  return `VS Code cannot write to the files of ${program}. Once it has renewed this login, ${program} has to sign in again.`;
}

/** What is used of a plan, such as `312.5 of 1,000 credits used`; undefined where that is not known. */
export function creditsName(credits: Credits): string | undefined {
  const total = totalOf(credits);
  if (!total) return undefined;
  return `${creditsText(total.used)} of ${creditsText(total.limit)} credits used`;
}

/** What a person who signs out wants to know about the other program, as a sentence. */
export function afterSignOut(account: Account): string {
  if (account.origin.kind === 'own' || account.sourceProblem) return '';
  return `It is ${originName(account)} and stays signed in there.`;
}

/** How the account signs in. */
export function methodOf(of: Account | NewLogin): string {
  return methodName('login' in of ? of.login.grant : of.grant);
}

/** How long the login lasts. */
export function validity(account: Account): string {
  if (account.grant.kind === 'apiKey') return 'valid until the key is revoked';
  if (isRenewable(account)) return 'renewed automatically';
  return `valid until ${new Date(account.tokens.expiresAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
}
