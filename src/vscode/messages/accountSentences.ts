import type { Account } from '../../accounts/account';
import type { RegistrationWarning } from '../../accounts/tokens/registrations';
import { t } from '../../base/words/l10n';
import { healthName } from './accountWords';

// What the status bar says, and what the notices say of accounts: a window that opens loads no more than this.

export const accountNotices = {
  /** A client registration ends soon. */
  endsSoon: ({ account, daysLeft }: RegistrationWarning) => {
    return daysLeft === 1
      ? t('Your sign-in for {0} ends in a day, when its registration with AWS expires.', account.label)
      : t(
          'Your sign-in for {0} ends in {1} days, when its registration with AWS expires.',
          account.label,
          daysLeft,
        );
  },
  /** A login has ended. */
  ended: ({ label, health }: Account) => t('Kiro account {0}: {1}.', label, healthName(health)),
  signInAgain: t('Sign In Again'),
  /** A chat goes on with another account. */
  passedOn: (from: Account, to: Account) => {
    const why = from.health === 'active' ? t('Not available') : healthName(from.health);
    return t('Kiro account {0}: {1}. This chat continues with {2}.', from.label, why, to.label);
  },
  switchAccount: t('Switch Account'),
  /** Somebody signed in to Kiro CLI anew: an email, or the sign-in method where there is none. */
  newLogin: (who: string) => t('There is a new login in Kiro CLI: {0}. Use it here too?', who),
  addAccount: t('Add Account'),
  ignore: t('Ignore'),
  newLoginGone: (who: string) => t('Kiro CLI no longer has this login: {0}.', who),
};

export const statusBarWords = {
  failed: `$(error) Kiro`,
  noAccount: `$(sparkle) ${t('Kiro Models: Add Account')}`,
  noAccountTooltip: t('Use the models of your Kiro subscription in chat'),
  /** `left` says what is left of the credits, or is empty. It comes first: a narrow window cuts off the end of the item. */
  account: ({ label, health }: Account, left: string) =>
    `${health === 'active' ? '$(sparkle)' : '$(warning)'} Kiro Models: ${left}${label}`,
};

/** What a click on the status bar does. */
export function clickSentence(accounts: number): string {
  return accounts > 1 ? t('Click to switch between {0} accounts', accounts) : t('Click to manage accounts');
}

/** The tooltip's links that help. */
export const tooltipLinks = {
  showUsage: t('Show Usage'),
  switchAccount: t('Switch Account…'),
  signInAgain: t('Sign In Again…'),
  checkAgain: t('Check Again'),
};

/** What the status bar says while the log has everything. */
export const fullLogWords = {
  name: t('Kiro Log'),
  text: `$(eye) ${t('Logging prompts')}`,
  tooltip: t(
    'kiroModels.log.requests is “full”: the log has what you and the models write. Click to change that.',
  ),
};
