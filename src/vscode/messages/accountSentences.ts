import type { Account } from '../../accounts/account';
import type { RegistrationWarning } from '../../accounts/tokens/registrations';
import { healthName } from './accountWords';

// What the status bar and the notices say of accounts: a window that opens loads no more than this.

export const accountNotices = {
  /** A client registration ends soon. */
  endsSoon: ({ account, daysLeft }: RegistrationWarning) => {
    const when = daysLeft === 1 ? 'in a day' : `in ${daysLeft} days`;
    return `Your sign-in for ${account.label} ends ${when}, when its registration with AWS expires.`;
  },
  /** A login has ended. */
  ended: ({ label, health }: Account) => `Kiro account ${label}: ${healthName(health)}.`,
  signInAgain: 'Sign In Again',
  /** A chat goes on with another account. */
  passedOn: (from: Account, to: Account) => {
    const why = from.health === 'active' ? 'not available' : healthName(from.health).toLowerCase();
    return `Kiro account ${from.label}: ${why}. This chat continues with ${to.label}.`;
  },
  switchAccount: 'Switch Account',
  /** Somebody signed in to Kiro CLI anew. */
  newLogin: (who: string) => `Kiro CLI is now signed in as ${who}. Use that login here too?`,
  addAccount: 'Add Account',
  ignore: 'Ignore',
  newLoginGone: (who: string) => `Kiro CLI is no longer signed in as ${who}.`,
};

export const statusBarWords = {
  failed: '$(error) Kiro',
  noAccount: '$(sparkle) Kiro Models: Add Account',
  noAccountTooltip: 'Use the models of your Kiro subscription in chat',
  /** `left` says what is left of the credits, or is empty. It comes first: a narrow window cuts off the end of the item. */
  account: ({ label, health }: Account, left: string) =>
    `${health === 'active' ? '$(sparkle)' : '$(warning)'} Kiro Models: ${left}${label}`,
};

/** What a click on the status bar does. */
export function clickSentence(accounts: number): string {
  return accounts > 1 ? `Click to switch between ${accounts} accounts` : 'Click to manage accounts';
}

/** The tooltip's links that help. */
export const tooltipLinks = {
  showUsage: 'Show Usage',
  switchAccount: 'Switch Account…',
  signInAgain: 'Sign In Again…',
  checkAgain: 'Check Again',
};
